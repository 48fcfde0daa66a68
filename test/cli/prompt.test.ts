import { PassThrough } from "node:stream";

import { expect } from "chai";

import { askHidden } from "../../cli/prompt.ts";
import { readOrAskSecret } from "../../cli/secrets.ts";
import { thrownBy } from "../chain/support/thrown.ts";

/** A terminal that remembers whether it shows what is typed. */
function terminal() {
  const modes: boolean[] = [];
  const input = Object.assign(new PassThrough(), { setRawMode: (raw: boolean) => modes.push(raw) });
  const output = new PassThrough();
  return { input, output, modes, shown: () => String(output.read()) };
}

describe("asking for a secret", () => {
  it("shows nothing of it, and takes corrections", async () => {
    const { input, output, modes, shown } = terminal();
    const answer = askHidden("Password", { input, output });
    for (const typed of ["hünter", "\x7f", "\b", "x𝔱", "\x7f", "2\r"]) input.write(typed);
    expect(await answer).to.equal("hüntx2");
    expect(shown()).to.equal("Password: \n");
    expect(modes).to.deep.equal([true, false]);
    expect(input.listenerCount("data")).to.equal(0);
  });

  it("overwrites the bytes that came from the terminal", async () => {
    const { input, output } = terminal();
    const answer = askHidden("Password", { input, output });
    const chunk = Buffer.from("hunter2\n");
    input.emit("data", chunk);
    expect(await answer).to.equal("hunter2");
    expect([...chunk]).to.deep.equal(new Array(8).fill(0));
  });

  it("ends with Ctrl-C, and when the process is told to stop; the terminal shows again what is typed", async () => {
    for (const stop of ["key", "signal"]) {
      const { input, output, modes } = terminal();
      const controller = new AbortController();
      const answer = thrownBy(() => askHidden("Password", { input, output, signal: controller.signal }));
      if (stop === "key") input.write("hun\x03");
      else controller.abort();
      expect((await answer).code).to.equal("ABORTED");
      expect(modes).to.deep.equal([true, false]);
    }
  });

  it("is done only when no file and no variable has it, and twice for a new one", async () => {
    const asked: string[] = [];
    const answers = ["first", "first", "one", "another", ""];
    const io = {
      env: {},
      stdout: { write: () => undefined },
      stderr: { write: () => undefined },
      askSecret: async (question: string) => {
        asked.push(question);
        return answers.shift() ?? "";
      },
    };
    const source = { file: undefined, variable: "SECRET", what: "password", repeat: true };
    expect(await readOrAskSecret(io, source)).to.equal("first");
    expect(asked).to.have.length(2);
    expect((await thrownBy(() => readOrAskSecret(io, source))).code).to.equal("SECRET_MISTYPED");
    expect((await thrownBy(() => readOrAskSecret(io, source))).code).to.equal("SECRET_MISSING");
    expect(await readOrAskSecret({ ...io, env: { SECRET: "given" } }, source)).to.equal("given");
    expect(asked).to.have.length(5);
  });
});
