import { ImageError } from "../image-error.ts";
import { readBody } from "./read-body.ts";
import { type Repository, scopeOf } from "./repository.ts";
import { type Connection, request } from "./request.ts";

/** GET /v2/PATH/tags/list, page by page. */
export async function listTags(connection: Connection, { domain, path }: Repository): Promise<readonly string[]> {
  const tags: string[] = [];
  let to: string | URL = `${path}/tags/list`;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await request(connection, {
      method: "GET",
      to,
      scopes: [scopeOf(path, "pull")],
      expect: [200],
      notFound: `repository ${domain}/${path} not found`,
    });
    tags.push(...parse((await readBody(answer)).toString(), answer.url));
    const next = nextPage(answer.headers["link"], answer.url);
    if (next === undefined) return tags;
    to = next;
  }
  throw new ImageError("WB_IMAGE_REGISTRY", `the tags of ${domain}/${path} do not end after ${MOST_PAGES} pages`);
}

const MOST_PAGES = 1000;

function parse(text: string, url: URL): readonly string[] {
  try {
    const { tags } = JSON.parse(text) as { tags?: unknown };
    // Of a repository without tags.
    if (tags === null || tags === undefined) return [];
    if (Array.isArray(tags) && tags.every((tag) => typeof tag === "string")) return tags;
  } catch {
    // Says the same as what is no list.
  }
  throw new ImageError("WB_IMAGE_INVALID", `${url.host} answers with what is no list of tags`);
}

/** https://www.rfc-editor.org/rfc/rfc8288; it is on the same server, or nowhere. */
function nextPage(link: string | readonly string[] | undefined, url: URL): URL | undefined {
  const target = /<([^>]*)>[^,]*;\s*rel="?next\b/i.exec([link ?? []].flat().join(", "))?.[1];
  if (target === undefined) return undefined;
  const next = URL.parse(target, url.href);
  return next?.origin === url.origin ? next : undefined;
}
