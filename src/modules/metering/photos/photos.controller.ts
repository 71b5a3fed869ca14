import { Body, Controller, Get, Param, Post, Query, StreamableFile } from '@nestjs/common';
import { DomainError } from '../../../domain/errors.js';
import { BodyAsWritten, photoTypes } from '../../../platform/http/bodies.js';
import { Allow } from '../../../platform/http/policy.js';
import { CurrentPrincipal, type Principal } from '../../../platform/http/principal.js';
import { Accepts, Reply } from '../../../platform/http/reply.js';
import {
  photoBody,
  type PhotoParam,
  photoParam,
  photoReply,
  photosReply,
  type PhotosQuery,
  photosQuery,
  type PhotoUpload,
  photoUpload,
} from './photos.schema.js';
import { PhotosService } from './photos.service.js';

/** Photos of displays. They lose place and camera on their way in, and are linked to readings and exchanges by their ids. */
@Controller('photos')
export class PhotosController {
  constructor(private readonly photos: PhotosService) {}

  @Post()
  @Allow('treasurer', 'installer', 'member')
  @BodyAsWritten('photo')
  @Accepts('image/jpeg', 'image/png', 'image/webp')
  @Reply(201, 'The photo is kept, without the place at which it was taken.', photoReply)
  keep(
    @Body({ schema: photoBody }) body: unknown,
    @Query({ schema: photoUpload }) query: PhotoUpload,
    @CurrentPrincipal() principal: Principal,
  ) {
    if (!Buffer.isBuffer(body))
      throw new DomainError('unsupported-format', `Send the photo itself as the body, as ${photoTypes[0] ?? ''}.`);
    return this.photos.keep(principal, body, query);
  }

  @Get()
  @Allow('treasurer', 'member')
  @Reply(200, 'Photos, newest first; members see their own.', photosReply)
  list(@Query({ schema: photosQuery }) query: PhotosQuery, @CurrentPrincipal() principal: Principal) {
    return this.photos.list(principal, query);
  }

  @Get(':id')
  @Allow('treasurer', 'member')
  @Reply(200, 'The photo as it is kept.', undefined, ['image/jpeg', 'image/png', 'image/webp'])
  async content(
    @Param({ schema: photoParam }) { id }: PhotoParam,
    @CurrentPrincipal() principal: Principal,
  ): Promise<StreamableFile> {
    const { mediaType, content } = await this.photos.content(principal, id);
    const disposition = `inline; filename="photo-${id}.${mediaType.slice('image/'.length)}"`;
    return new StreamableFile(content, { type: mediaType, length: content.length, disposition });
  }
}
