import { applyDecorators, HttpCode, SerializeOptions, SetMetadata } from '@nestjs/common';
import type { z } from 'zod';

/** What a route answers: read for the reply itself and for the OpenAPI document. */
export interface ReplyDescription {
  readonly status: number;
  readonly description: string;
  /** Absent where the reply is not JSON or has no body. */
  readonly schema?: z.ZodType;
  /** Media types of a reply that is not JSON. */
  readonly produces?: readonly string[];
}

export const replyKey = 'commonmeter:reply';

/**
 * Declares the reply of a route: its status, its meaning and its shape. What the shape does not name does not leave the
 * house, whatever the handler returns.
 *
 * @example \@Reply(201, 'The space was made.', spaceSchema)
 */
export const Reply = (status: number, description: string, schema?: z.ZodType, produces?: readonly string[]) =>
  applyDecorators(
    HttpCode(status),
    SetMetadata<string, ReplyDescription>(replyKey, {
      status,
      description,
      ...(schema ? { schema } : {}),
      ...(produces ? { produces } : {}),
    }),
    ...(schema ? [SerializeOptions({ schema })] : []),
  );

export const otherReplyKey = 'commonmeter:other-reply';

/** Another status with which a route may answer in the same shape, for the OpenAPI document; the handler sets it. */
export const OtherReply = (status: number, description: string) =>
  SetMetadata<string, Pick<ReplyDescription, 'status' | 'description'>>(otherReplyKey, { status, description });

export const bodiesKey = 'commonmeter:bodies';

/** Names the media types, beside JSON, in which a route accepts its body. The parsers hand them over as they came. */
export const Accepts = (...mediaTypes: string[]) => SetMetadata<string, readonly string[]>(bodiesKey, mediaTypes);
