import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { PlantscopeError } from '../../model/error.ts';
import type { CameraImage } from '../../scenarios/runner/smoke/image-archive.ts';
import { MAX_IMAGE_BYTES } from '../../scenarios/runner/smoke/smoke-watch.ts';
import type { Backend, CameraImages } from '../ports.ts';
import { iso, sendAs } from '../query/answer.ts';
import { spanOf } from '../query/span.ts';
import { closed, From, To } from '../schemas/common.ts';
import { Image, ImagesAnswer } from './image-schemas.ts';

/** Pictures of the stack cameras: sent here or over MQTT, listed with their grade, shown as they came. */
export const imageRoutes: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  app.addContentTypeParser(
    ['image/jpeg', 'image/png', 'image/webp', 'application/octet-stream'],
    { parseAs: 'buffer', bodyLimit: MAX_IMAGE_BYTES },
    (_request, body, done) => done(null, body),
  );

  app.get('/images', { schema: listSchema }, async ({ query }) => {
    const span = spanOf(query, backend.calendar, backend.clock.nowMs());
    const found = images()
      .archive.list(query.camera)
      .filter(({ timeMs }) => timeMs >= span.startMs && timeMs < span.endMs)
      .filter(({ isEvidence }) => query.evidence !== true || isEvidence);
    return { images: found.slice(0, query.limit ?? 100).map(imageRow) };
  });

  app.get('/images/:id', { schema: oneSchema }, async ({ params }) => imageRow(imageOf(params.id)));

  app.get('/images/:id/file', { schema: fileSchema }, async ({ params }, reply) => {
    const image = imageOf(params.id);
    const bytes = await images().archive.bytesOf(image);
    void reply.header('cache-control', 'private, max-age=86400, immutable');
    // The route's type knows the documented form alone; the picture is sent as it is.
    return sendAs(reply, image.mediaType, Buffer.from(bytes)) as unknown as string;
  });

  app.post(
    '/cameras/:camera/images',
    { schema: postSchema, config: { role: 'operator' }, bodyLimit: MAX_IMAGE_BYTES },
    async ({ params, query, body }) => {
      if (!Buffer.isBuffer(body))
        throw new PlantscopeError('invalid-request', 'The body is no picture', {
          hint: 'Send the bytes of a JPEG, PNG or WebP with its content type.',
        });
      const timeMs = query.time === undefined ? backend.clock.nowMs() : backend.calendar.parse(query.time);
      if (timeMs === undefined)
        throw new PlantscopeError('invalid-time', `time is "${query.time}"`, { where: 'time' });
      return imageRow(await images().take(params.camera, body, timeMs));
    },
  );

  function images(): CameraImages {
    if (backend.images) return backend.images;
    throw new PlantscopeError('not-available', 'This process takes no pictures');
  }

  function imageOf(id: string): CameraImage {
    const image = images().archive.get(id);
    if (image) return image;
    throw new PlantscopeError('not-found', `There is no picture ${id}`, { where: 'id' });
  }
};

function imageRow({ timeMs, mediaType: _type, bytes: _bytes, sha256: _hash, ...rest }: CameraImage) {
  return { ...rest, time: iso(timeMs) };
}

const tags = ['environment'];
const params = Type.Object({ id: Type.String() }, closed);
const listSchema = {
  summary: 'Pictures of the stack cameras with what was read from them, newest first',
  tags,
  querystring: Type.Object(
    {
      ...{ from: From, to: To },
      camera: Type.Optional(Type.String()),
      evidence: Type.Optional(Type.Boolean({ description: 'Only those above the limit.' })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
    },
    closed,
  ),
  response: { 200: ImagesAnswer },
};
const oneSchema = {
  summary: 'What was read from one picture',
  tags,
  params,
  response: { 200: Image },
};
const fileSchema = {
  summary: 'One picture as the camera sent it',
  tags,
  params,
  response: {
    200: { description: 'The picture', content: { 'image/jpeg': { schema: Type.String() } } },
  },
};
const postSchema = {
  summary: 'Takes a picture of a stack camera and answers with the blackness of its smoke',
  description: `The body is a JPEG, PNG or WebP of at most ${MAX_IMAGE_BYTES} bytes. Needs the role operator.`,
  tags,
  params: Type.Object({ camera: Type.String() }, closed),
  querystring: Type.Object(
    { time: Type.Optional(Type.String({ description: 'When it was taken, ISO 8601. Default: now.' })) },
    closed,
  ),
  response: { 200: Image },
};
