module archipel/lab/agent

go 1.26
