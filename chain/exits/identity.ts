/** The key in a file of age-keygen, which has comments around it. */
export function identityIn(text: string): string | undefined {
  return text.split(/\r?\n/).find((line) => line.startsWith("AGE-SECRET-KEY-"));
}
