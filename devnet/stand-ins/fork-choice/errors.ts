export const ForkChoiceErrorCode = {
  INVALID_ATTESTATION: "FORKCHOICE_ERROR_INVALID_ATTESTATION",
  INVALID_BLOCK: "FORKCHOICE_ERROR_INVALID_BLOCK",
  MISSING_PROTO_ARRAY_BLOCK: "FORKCHOICE_ERROR_MISSING_PROTO_ARRAY_BLOCK",
} as const;

type ForkChoiceErrorType =
  | { code: typeof ForkChoiceErrorCode.INVALID_ATTESTATION; err: { code: string } }
  | { code: typeof ForkChoiceErrorCode.INVALID_BLOCK; err: { code: string } }
  | { code: typeof ForkChoiceErrorCode.MISSING_PROTO_ARRAY_BLOCK; root: string };

/** The beacon node reads `type.code` and, for attestations, `type.err.code`. */
export class ForkChoiceError extends Error {
  readonly type: ForkChoiceErrorType;

  constructor(type: ForkChoiceErrorType) {
    super(JSON.stringify(type));
    this.type = type;
  }
}

export function invalidAttestation(code: string): ForkChoiceError {
  return new ForkChoiceError({ code: ForkChoiceErrorCode.INVALID_ATTESTATION, err: { code } });
}

export function invalidBlock(code: string): ForkChoiceError {
  return new ForkChoiceError({ code: ForkChoiceErrorCode.INVALID_BLOCK, err: { code } });
}

export function unknownBlock(root: string): ForkChoiceError {
  return new ForkChoiceError({ code: ForkChoiceErrorCode.MISSING_PROTO_ARRAY_BLOCK, root });
}
