/** What fail2ban answers with, as plain data. */
export type Pickled = string | number | boolean | null | readonly Pickled[] | Raised;

/** An exception of the server: its class and arguments, never anything that runs. */
export interface Raised {
  readonly raised: string;
  readonly arguments: Pickled;
}

/** A list of strings in pickle protocol 2, which every Python 3 reads. */
export function pickle(words: readonly string[]): Buffer {
  const parts = [Buffer.from([0x80, 2, 0x5d, 0x28])];
  for (const word of words) {
    const bytes = Buffer.from(word, 'utf8');
    const head = Buffer.alloc(5);
    head[0] = 0x58;
    head.writeUInt32LE(bytes.length, 1);
    parts.push(head, bytes);
  }
  parts.push(Buffer.from([0x65, 0x2e]));
  return Buffer.concat(parts);
}

/**
 * Reads an answer by a whitelist of opcodes (Python's pickletools lists them all). Pickle can
 * name any function and have it called; here a name stays a name, and one call is known: `str`
 * of a string, which is how fail2ban writes addresses.
 * @throws RangeError for any other opcode, and for an answer that ends early
 */
export function unpickle(bytes: Buffer): Pickled {
  const input: Input = { bytes, at: 0 };
  const stack: Item[] = [];
  const memo = new Map<number, Item>();
  for (;;) {
    const opcode = take(input, 1)[0] ?? 0;
    if (opcode === STOP) return value(stack.pop());
    const step = STEPS.get(opcode);
    if (!step) throw new RangeError(`pickle opcode 0x${opcode.toString(16)} is not accepted`);
    step(stack, input, memo);
  }
}

const STOP = 0x2e;
const MARK = Symbol('mark');

interface Named {
  readonly name: string;
}
type Item = Pickled | Named | typeof MARK;

interface Input {
  readonly bytes: Buffer;
  at: number;
}

type Step = (stack: Item[], input: Input, memo: Map<number, Item>) => void;

const STEPS: ReadonlyMap<number, Step> = new Map<number, Step>([
  [0x80, (_, input) => void take(input, 1)], // PROTO
  [0x95, (_, input) => void take(input, 8)], // FRAME
  [0x4e, (stack) => void stack.push(null)], // NONE
  [0x88, (stack) => void stack.push(true)], // NEWTRUE
  [0x89, (stack) => void stack.push(false)], // NEWFALSE
  [0x4b, (stack, input) => void stack.push(take(input, 1).readUInt8())], // BININT1
  [0x4d, (stack, input) => void stack.push(take(input, 2).readUInt16LE())], // BININT2
  [0x4a, (stack, input) => void stack.push(take(input, 4).readInt32LE())], // BININT
  [0x47, (stack, input) => void stack.push(take(input, 8).readDoubleBE())], // BINFLOAT
  [0x8a, (stack, input) => void stack.push(long(take(input, take(input, 1).readUInt8())))], // LONG1
  [0x8c, (stack, input) => void stack.push(text(input, take(input, 1).readUInt8()))], // SHORT_BINUNICODE
  [0x58, (stack, input) => void stack.push(text(input, take(input, 4).readUInt32LE()))], // BINUNICODE
  [0x28, (stack) => void stack.push(MARK)], // MARK
  [0x5d, (stack) => void stack.push([])], // EMPTY_LIST
  [0x29, (stack) => void stack.push([])], // EMPTY_TUPLE
  [0x61, (stack) => append(stack, [value(stack.pop())])], // APPEND
  [0x65, (stack) => append(stack, toMark(stack))], // APPENDS
  [0x74, (stack) => void stack.push(toMark(stack))], // TUPLE
  [0x85, (stack) => void stack.push(last(stack, 1))], // TUPLE1
  [0x86, (stack) => void stack.push(last(stack, 2))], // TUPLE2
  [0x87, (stack) => void stack.push(last(stack, 3))], // TUPLE3
  [0x94, (stack, _, memo) => void memo.set(memo.size, top(stack))], // MEMOIZE
  [0x71, (stack, input, memo) => void memo.set(take(input, 1).readUInt8(), top(stack))], // BINPUT
  [0x72, (stack, input, memo) => void memo.set(take(input, 4).readUInt32LE(), top(stack))], // LONG_BINPUT
  [0x68, (stack, input, memo) => void stack.push(known(memo, take(input, 1).readUInt8()))], // BINGET
  [0x6a, (stack, input, memo) => void stack.push(known(memo, take(input, 4).readUInt32LE()))], // LONG_BINGET
  [0x93, (stack) => void stack.push({ name: last(stack, 2).map(String).join('.') })], // STACK_GLOBAL
  [0x52, (stack) => void stack.push(called(stack))], // REDUCE
]);

function take(input: Input, count: number): Buffer {
  const end = input.at + count;
  if (end > input.bytes.length) throw new RangeError('pickle ends early');
  const bytes = input.bytes.subarray(input.at, end);
  input.at = end;
  return bytes;
}

function text(input: Input, length: number): string {
  return take(input, length).toString('utf8');
}

function long(bytes: Buffer): number {
  if (bytes.length > 6) throw new RangeError('pickle holds too large a number');
  return bytes.length === 0 ? 0 : bytes.readIntLE(0, bytes.length);
}

/** Lists grow in place, so that one that was memoized before it was filled is filled there too. */
function append(stack: Item[], items: readonly Pickled[]): void {
  const list = stack.at(-1);
  if (!Array.isArray(list)) throw new RangeError('pickle appends to what is no list');
  for (const item of items) list.push(item);
}

function toMark(stack: Item[]): Pickled[] {
  const at = stack.lastIndexOf(MARK);
  if (at === -1) throw new RangeError('pickle lacks a mark');
  const items = stack.splice(at).slice(1);
  return items.map(value);
}

function last(stack: Item[], count: number): Pickled[] {
  if (stack.length < count) throw new RangeError('pickle lacks a value');
  return stack.splice(-count).map(value);
}

function top(stack: readonly Item[]): Item {
  const item = stack.at(-1);
  if (item === undefined) throw new RangeError('pickle lacks a value');
  return item;
}

function known(memo: ReadonlyMap<number, Item>, key: number): Item {
  const item = memo.get(key);
  if (item === undefined) throw new RangeError('pickle names an unknown memo');
  return item;
}

function called(stack: Item[]): Pickled {
  const passed = value(stack.pop());
  const callee = stack.pop();
  if (!isNamed(callee)) throw new RangeError('pickle calls what is no name');
  const only = Array.isArray(passed) && passed.length === 1 ? passed[0] : undefined;
  if (callee.name === 'builtins.str' && typeof only === 'string') return only;
  return { raised: callee.name, arguments: passed };
}

function value(item: Item | undefined): Pickled {
  if (item === undefined || item === MARK || isNamed(item)) {
    throw new RangeError('pickle lacks a value');
  }
  return item;
}

function isNamed(item: Item | undefined): item is Named {
  return typeof item === 'object' && item !== null && 'name' in item;
}
