import { UserError } from "../../user-error.ts";

/** The refusal for a word that stands for no container, in docker's words; after {@link isNoSuchContainer} it is known. */
export function noSuchContainer(reference: string, hint = "wb ps -a lists those that there are"): UserError {
  return new UserError(`No such container: ${reference}`, { code: CODE, hint });
}

/** What is forgiven of `wb rm -f`: somebody else was faster. */
export function isNoSuchContainer(error: unknown): boolean {
  return error instanceof UserError && error.code === CODE;
}

const CODE = "WB_NO_SUCH_CONTAINER";
