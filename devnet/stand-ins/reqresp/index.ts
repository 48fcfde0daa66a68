// Stand-in for @lodestar/reqresp: the request/response protocol between peers. A devnet of one node has no
// peers. Modules of the beacon node that do run import names from here (error classes, codes); the protocol
// itself is left out, and starting it fails.

export const Encoding = { SSZ_SNAPPY: "ssz_snappy" } as const;

export const ContextBytesType = { Empty: 0, ForkDigest: 1 } as const;

export const RespStatus = {
  SUCCESS: 0,
  INVALID_REQUEST: 1,
  SERVER_ERROR: 2,
  RESOURCE_UNAVAILABLE: 3,
  RATE_LIMITED: 139,
} as const;

export const RequestErrorCode = {
  INVALID_REQUEST: "REQUEST_ERROR_INVALID_REQUEST",
  SERVER_ERROR: "REQUEST_ERROR_SERVER_ERROR",
} as const;

export const LightClientServerErrorCode = { RESOURCE_UNAVAILABLE: "RESOURCE_UNAVAILABLE" } as const;

export const REQUEST_ERROR_CLASS_NAME = "RequestError";
export const RESPONSE_ERROR_CLASS_NAME = "ResponseError";

interface ErrorType {
  code: string;
}

/** A light-client request that cannot be answered; thrown by the beacon chain, mapped to HTTP 404 by its REST server. */
export class LightClientServerError extends Error {
  readonly type: ErrorType;

  constructor(type: ErrorType) {
    super(type.code);
    this.type = type;
  }
}

/** A failed outgoing request. */
export class RequestError extends Error {
  readonly type: ErrorType;

  constructor(type: ErrorType, message?: string) {
    super(message ?? type.code);
    this.type = type;
  }
}

/** A failed incoming request. */
export class ResponseError extends Error {
  readonly status: number;
  readonly errorMessage: string;

  constructor(status: number, errorMessage: string) {
    super(errorMessage);
    this.status = status;
    this.errorMessage = errorMessage;
  }
}

/** The protocol handler that the network stack would extend. */
export class ReqResp {
  constructor() {
    throw new Error("reqresp stand-in: the devnet has no peer-to-peer network");
  }
}
