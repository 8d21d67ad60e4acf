module archipel/toolchain/lifetime

go 1.26
