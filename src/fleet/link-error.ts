/** NATS is away, or said no. */
export class LinkError extends Error {
  override name = 'LinkError';
}
