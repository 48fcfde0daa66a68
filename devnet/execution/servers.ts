import type { AddressInfo } from "node:net";
import type { EthereumClient } from "@ethereumjs/client/dist/esm/src/client.js";
import { RPCManager } from "@ethereumjs/client/dist/esm/src/rpc/index.js";
import { createRPCServer, createRPCServerListener, MethodConfig } from "@ethereumjs/client/dist/esm/src/util/rpc.js";
import type { RpcMethod } from "./rpc/method.ts";

const CLIENT_VERSION = { code: "EJ", name: "EthereumJS", version: "0.10.5", commit: "0x00000000" };

interface ListenOptions {
  client: EthereumClient;
  /** Methods that take the place of the client's own, or that it lacks. */
  overrides: Record<string, RpcMethod>;
  executionPort: number;
  enginePort: number;
}

/** Opens the JSON-RPC server and the Engine API on loopback; port 0 takes a free one. Returns the ports. */
export async function listen(options: ListenOptions): Promise<{ executionPort: number; enginePort: number }> {
  const manager = new OverridingManager(options.client, options.overrides);
  const open = (methodConfig: MethodConfig, port: number) =>
    new Promise<number>((resolve, reject) => {
      const { server } = createRPCServer(manager, { methodConfig, rpcDebug: "", rpcDebugVerbose: "" });
      const listener = createRPCServerListener({ RPCCors: "*", server });
      // Clients keep connections between slots; a server that closes them first makes requests fail at random.
      listener.keepAliveTimeout = 600_000;
      listener.once("error", reject);
      listener.listen(port, "127.0.0.1", () => resolve((listener.address() as AddressInfo).port));
    });
  return {
    executionPort: await open(MethodConfig.WithoutEngine, options.executionPort),
    enginePort: await open(MethodConfig.EngineOnly, options.enginePort),
  };
}

class OverridingManager extends RPCManager {
  readonly #overrides: Record<string, RpcMethod>;

  constructor(client: EthereumClient, overrides: Record<string, RpcMethod>) {
    super(client, client.config);
    this.#overrides = overrides;
  }

  override getMethods(engine = false, debug = false): ReturnType<RPCManager["getMethods"]> {
    const methods = super.getMethods(engine, debug);
    // The consensus client asks for a Fulu payload (V5). Without blobs its answer is the one of V4; the rules
    // inside the EVM stay those of Prague, the latest that EthereumJS executes completely.
    if (methods.engine_getPayloadV4 !== undefined) methods.engine_getPayloadV5 = methods.engine_getPayloadV4;
    // Asked for by the consensus client, for its graffiti and /eth/v2/node/version.
    methods.engine_getClientVersionV1 = async () => [CLIENT_VERSION];
    return engine ? methods : { ...methods, ...this.#overrides };
  }
}
