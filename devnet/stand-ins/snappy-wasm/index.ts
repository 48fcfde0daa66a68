// Stand-in for @chainsafe/snappy-wasm: gossip compression. The devnet has one node and no gossip, so whoever
// reaches this code has started a network stack that must not be there: fail instead of pretending.

class NoGossip {
  compress(): never {
    throw new Error("snappy-wasm stand-in: the devnet has no peer-to-peer network, nothing may be compressed");
  }

  decompress(): never {
    throw new Error("snappy-wasm stand-in: the devnet has no peer-to-peer network, nothing may be decompressed");
  }
}

export { NoGossip as Decoder, NoGossip as Encoder };
export default { Encoder: NoGossip, Decoder: NoGossip };
