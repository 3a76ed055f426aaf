import type { z } from 'zod';
import type { Control } from './control.ts';
import type { Asker } from './entry.ts';
import type { Refusal } from './refusal.ts';

/** One question or order of the API: what it takes, what it answers, who may. */
export interface Endpoint<Asks = Control> {
  readonly method: 'get' | 'post' | 'delete';
  /** As in OpenAPI, under /api: `/bans/{target}`. */
  readonly path: string;
  readonly summary: string;
  readonly may: 'read' | 'act';
  readonly params?: Readonly<Record<string, z.ZodType>>;
  readonly query?: Readonly<Record<string, z.ZodType>>;
  readonly body?: z.ZodType;
  readonly answer: z.ZodType;
  readonly handle: (control: Asks, asked: Asked) => Said | Promise<Said>;
}

/** What the daemon said: the answer of the schema, or no. */
export type Said =
  | { readonly answer: object }
  | Refusal
  | { readonly problems: string[] }
  | { readonly missing: string };

/** What was asked: each part as the endpoint's own schema has read it. */
export interface Asked {
  readonly asker: Asker;
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** What the daemon answered, or its no. */
export function said(answer: object | Refusal): Said {
  return 'refused' in answer ? answer : { answer };
}
