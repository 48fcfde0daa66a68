import { expect } from "chai";
import { z } from "zod";

import { decodeJson, parseJson } from "../../runtime/decode-json.ts";

const schema = z.object({ keys: z.array(z.object({ index: z.int() })), more: z.string().optional() });
const decode = (text: string) =>
  decodeJson(schema, text, (problem, path) => Object.assign(new Error(problem), { path }));

describe("runtime/decode-json", () => {
  it("gives what the text says, of the shape that is asked for", () => {
    expect(decode('{"keys":[{"index":3}],"other":1}')).to.deep.equal({ keys: [{ index: 3 }] });
  });

  it("lets the caller refuse what is no JSON, and null, which is some", () => {
    expect(() => decode('{"keys":'))
      .to.throw("it is not JSON")
      .with.property("path", undefined);
    expect(() => decode("null"))
      .to.throw("the whole: ")
      .with.deep.property("path", []);
  });

  it("names the first place that is wrong", () => {
    expect(() => decode('{"keys":[{"index":3},{"index":"4"}],"more":5}'))
      .to.throw("keys.1.index: ")
      .with.deep.property("path", ["keys", 1, "index"]);
  });

  it("parses any text without an error", () => {
    expect(parseJson("[1]")).to.deep.equal([1]);
    expect(parseJson("null")).to.equal(null);
    expect(parseJson("[1")).to.equal(undefined);
  });
});
