// Run by state.test.ts in a process of its own: a process has one preset for its whole life.
import { bytesToHex } from "viem";

import { verifyValidators } from "../../../chain/ssz/state-proofs.ts";
import { loadStateTypes } from "../../../chain/ssz/state-types.ts";
import { loadStateCodec } from "../../../chain/ssz/state.ts";

const count = Number(process.argv[2]);
const codec = await loadStateCodec("mainnet");
const { fulu } = await loadStateTypes("mainnet");
const state = fulu.defaultViewDU();
state.slot = 13_164_544;
const validator = fulu.fields.validators.elementType;
for (let i = 0; i < count; i++) {
  const pubkey = new Uint8Array(48).fill(7);
  new DataView(pubkey.buffer).setUint32(0, i);
  state.validators.push(validator.toViewDU({ ...validator.defaultValue(), pubkey, exitEpoch: Infinity }));
  state.balances.push(32_000_000_000 + i);
  state.previousEpochParticipation.push(7);
  state.currentEpochParticipation.push(7);
}
state.commit();
const header = {
  slot: state.slot,
  proposerIndex: 1,
  parentRoot: bytesToHex(new Uint8Array(32)),
  stateRoot: bytesToHex(state.hashTreeRoot()),
  bodyRoot: bytesToHex(new Uint8Array(32)),
};
const bytes = state.serialize();
const began = performance.now();
const lastPubkey = bytesToHex(state.validators.getReadonly(count - 1).pubkey);
const decoded = codec.decodeState(bytes, "fulu", { pubkeys: [lastPubkey], withRoot: true });
const found = decoded.found.get(lastPubkey)?.index;
const decodedMs = performance.now() - began;
const prover = codec.createStateProver(bytes, "fulu", header);
const proof = prover.proveValidators([count - 1]);
console.log(
  JSON.stringify({
    bytes: bytes.length,
    sameRoot: decoded.root === header.stateRoot,
    slashings: decoded.slashingsGwei.length,
    balance: decoded.balanceGwei(count - 1).toString(),
    found,
    siblings: proof.siblings.length,
    valid: verifyValidators("container", proof, header.stateRoot),
    decodedMs: Math.round(decodedMs),
    provedMs: Math.round(performance.now() - began - decodedMs),
  }),
);
