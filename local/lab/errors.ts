/** What keeps a lab from being laid out or used; the message names the host or program and repeats what it said. */
export class LabError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "LabError";
  }
}
