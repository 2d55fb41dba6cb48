import { ImageError } from "../image-error.ts";
import type { Credentials } from "./credentials.ts";
import type { Endpoint } from "./endpoints.ts";
import { basic, fetchToken, type Token } from "./token.ts";
import type { Transport } from "./transport.ts";
import { parseChallenges } from "./www-authenticate.ts";

/** What a server wants to see of its user, as far as it has said so, and the tokens that were had for it. */
export interface Authorization {
  /** The header for a request; undefined while the server asked for none. */
  readonly header: (scopes: readonly string[]) => Promise<string | undefined>;
  /**
   * Takes the `WWW-Authenticate` of a 401.
   *
   * @param sent the header that was not enough
   * @returns whether there is another one now
   */
  readonly challenged: (challenge: string | undefined, sent: string | undefined) => Promise<boolean>;
}

export interface AuthorizationOptions {
  readonly endpoint: Endpoint;
  /** Asked at most once, and not before a server wants them. */
  readonly credentials: () => Promise<Credentials | undefined>;
}

type Scheme = { readonly kind: "basic" } | Bearer;

interface Bearer {
  readonly kind: "bearer";
  readonly realm: URL;
  readonly service: string | undefined;
  /** What the server asked for beside what a request says it needs. */
  readonly scopes: readonly string[];
}

export function openAuthorization(
  transport: Transport,
  { endpoint, credentials }: AuthorizationOptions,
): Authorization {
  let scheme: Scheme | undefined;
  let known: Promise<Credentials | undefined> | undefined;
  const tokens = new Map<string, Promise<Token>>();
  const saved = (): Promise<Credentials | undefined> => (known ??= credentials());

  const basicHeader = async (): Promise<string | undefined> => {
    const found = await saved();
    return found === undefined || found.identityToken !== undefined ? undefined : basic(found);
  };
  const token = async (bearer: Bearer, own: readonly string[]): Promise<Token> => {
    const scopes = together(own, bearer.scopes);
    const key = scopes.join(" ");
    // One request for all who need it at the same time.
    for (let pending = tokens.get(key); pending !== undefined; pending = tokens.get(key)) {
      const found = await pending;
      if (found.expires > Date.now()) return found;
      if (tokens.get(key) === pending) tokens.delete(key);
    }
    const { domain, verify } = endpoint;
    const fetching = saved().then((whose) =>
      fetchToken(transport, { ...bearer, scopes, credentials: whose, domain, verify }),
    );
    tokens.set(key, fetching);
    fetching.catch(() => tokens.delete(key));
    return fetching;
  };

  return {
    header: async (scopes) => {
      if (scheme === undefined) return undefined;
      if (scheme.kind === "bearer") return `Bearer ${(await token(scheme, scopes)).value}`;
      return basicHeader();
    },
    challenged: async (challenge, sent) => {
      const asked = chooseScheme(challenge ?? "", endpoint);
      if (asked === undefined) return false;
      scheme = asked;
      if (asked.kind === "basic") {
        const header = await basicHeader();
        return header !== undefined && header !== sent;
      }
      for (const [key, pending] of tokens) {
        const refused = await pending.catch(() => undefined);
        if (refused !== undefined && `Bearer ${refused.value}` === sent) tokens.delete(key);
      }
      return true;
    },
  };
}

/** Bearer first, where a server takes both. @throws ImageError WB_IMAGE_REGISTRY for a realm that passwords must not go to */
function chooseScheme(header: string, endpoint: Endpoint): Scheme | undefined {
  const challenges = parseChallenges(header);
  const bearer = challenges.find(({ scheme, parameters }) => scheme === "bearer" && parameters.has("realm"));
  if (bearer === undefined) return challenges.some(({ scheme }) => scheme === "basic") ? { kind: "basic" } : undefined;
  const text = bearer.parameters.get("realm") ?? "";
  const realm = URL.parse(text);
  const isPlain = realm?.protocol === "http:" && endpoint.url.protocol === "http:";
  if (realm === null || !(realm.protocol === "https:" || isPlain))
    throw new ImageError(
      "WB_IMAGE_REGISTRY",
      `${endpoint.url.host} sends for tokens to ${JSON.stringify(text.slice(0, 200))}, which is not HTTPS`,
    );
  // Nothing in the URL is to become a header.
  realm.username = "";
  realm.password = "";
  const scopes = bearer.parameters.get("scope")?.split(" ").filter(Boolean) ?? [];
  return { kind: "bearer", realm, service: bearer.parameters.get("service"), scopes };
}

/** Without those that another one covers: `repository:a:pull` beside `repository:a:pull,push`. */
function together(own: readonly string[], asked: readonly string[]): readonly string[] {
  const more = asked.filter((scope) => !own.some((other) => covers(other, scope)));
  return [...new Set([...own, ...more])].toSorted();
}

function covers(scope: string, other: string): boolean {
  const [[name, actions], [otherName, otherActions]] = [split(scope), split(other)];
  return name === otherName && otherActions.every((action) => actions.includes(action));
}

function split(scope: string): readonly [name: string, actions: readonly string[]] {
  const colon = scope.lastIndexOf(":");
  return [scope.slice(0, colon), scope.slice(colon + 1).split(",")];
}
