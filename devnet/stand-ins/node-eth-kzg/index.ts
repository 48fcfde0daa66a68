// Stand-in for @crate-crypto/node-eth-kzg: blob commitments. The package exists, but the beacon node prepares its
// tables when it is loaded, which takes seconds and a hundred megabytes; and no transaction of the devnet carries
// blobs. Whoever sends one learns here why it cannot work.

/** A context in which every operation fails. */
export class DasContextJs {
  static create(_options: { usePrecomp: boolean }): Record<string, () => never> {
    return new Proxy(
      {},
      {
        get: (_target, operation) => () => {
          throw new Error(`node-eth-kzg stand-in: the devnet carries no blobs, ${String(operation)} is not available`);
        },
      },
    );
  }
}
