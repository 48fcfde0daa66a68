// Lodestar can speak to its peers over QUIC. A devnet has no peers, and not every platform's binary of the real package
// is published: a lock file that names it cannot be installed everywhere.

/** Makes the transport; nobody asks for it without a network. */
export function quic(): never {
  throw new Error("The devnet has no peers: QUIC is not there");
}
