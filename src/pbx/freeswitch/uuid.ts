/** Reports whether the text is a channel's handle, as switch_uuid_format writes it. */
export function isUuid(text: string | undefined): text is string {
  return text !== undefined && UUID.test(text);
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
