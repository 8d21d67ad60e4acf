/** A program without an estate, one of test/policies/strangers. */
const { program } = await import(`../../policies/strangers/${process.env.STRANGER}.ts`);

program();
