/** What the daemon answered, or why not: a sentence, and what to do. */
export type Reply<T> = { readonly body: T } | { readonly status: number; readonly error: string };

/** Asks the API; T is what src/web/shapes.ts says of the path: both ends are one program. */
export async function ask<T>(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<Reply<T>> {
  try {
    const response = await fetch(`api${path}`, {
      method,
      // No form and no page elsewhere can send this one.
      headers: { 'x-ghostgate': 'page', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.ok) {
      const answer: T = await response.json();
      return { body: answer };
    }
    const { error, hint }: { error: string; hint?: string } = await response.json();
    return { status: response.status, error: hint === undefined ? error : `${error}. ${hint}` };
  } catch {
    return { status: 0, error: 'Ghostgate does not answer' };
  }
}
