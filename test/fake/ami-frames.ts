import {
  type Frame,
  type FrameOptions,
  frameReader,
  type RefusedFrame,
} from '../../src/pbx/asterisk/frame.ts';

/** Everything a reader makes of these bytes, pushed in chunks of this many. */
export function readFrames(wire: Buffer, options?: FrameOptions, chunk = wire.length || 1) {
  const frames: Frame[] = [];
  const refused: RefusedFrame[] = [];
  const reader = frameReader(
    { frame: (frame) => frames.push(frame), refused: (one) => refused.push(one) },
    options,
  );
  for (let at = 0; at < wire.length; at += chunk) reader.push(wire.subarray(at, at + chunk));
  return { frames, refused, reader };
}
