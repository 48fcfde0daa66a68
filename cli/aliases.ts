import { Option, type Command } from "commander";

/** Other names of an option, by its long flag. */
export type Aliases = Readonly<Record<string, readonly string[]>>;

/**
 * Adds other names of options, not shown in the help: those that the usual deposit tools have for the same.
 *
 * @example addAliases(command, { "--count": ["--num_validators", "--num-validators"] });
 */
export function addAliases(command: Command, aliases: Aliases): Command {
  for (const [flag, names] of Object.entries(aliases)) {
    const target = command.options.find(({ long }) => long === flag);
    if (target === undefined) continue;
    const value = target.isBoolean() ? "" : " <value>";
    for (const name of names) {
      const alias = new Option(`${name}${value}`, `the same as ${flag}`).hideHelp();
      command.addOption(alias);
      command.on(`option:${alias.name()}`, (given: string | null) =>
        command.setOptionValueWithSource(target.attributeName(), given ?? true, "cli"),
      );
    }
  }
  return command;
}
