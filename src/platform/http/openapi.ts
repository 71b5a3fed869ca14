import type { INestApplication } from '@nestjs/common';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { formType } from './bodies.js';
import { type Policy, policyKey, stepUpKey } from './policy.js';
import { problemMediaType } from './problem.js';
import { bodiesKey, otherReplyKey, type ReplyDescription, replyKey } from './reply.js';

type Swagger = typeof import('@nestjs/swagger');
type Handler = (...args: unknown[]) => unknown;

const fieldProblem = z.object({ pointer: z.string(), detail: z.string() });

/** The shape of every refusal, for the reader of the document. */
const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    instance: z.string(),
    errors: z.array(fieldProblem).optional(),
  })
  .meta({ id: 'Problem', description: 'A refusal, as RFC 9457 writes it. `type` leads to its explanation.' });

/**
 * Draws the OpenAPI 3.1 document from the routes themselves: their schemas, their replies (`@Reply`) and who may call them
 * (`@Allow`, printed as `x-roles`). The generator is loaded only when somebody asks for the document.
 */
export async function openApiDocument(app: INestApplication, version: string): Promise<OpenAPIObject> {
  const swagger = await import('@nestjs/swagger');
  describeRoutes(app, swagger);
  const { components } = jsonSchema(problemSchema, 'output');
  const frame = new swagger.DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Commonmeter')
    .setDescription('Meters, shares and bills what a community of small shops has in common, exactly.')
    .setVersion(version)
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'opaque',
      description: 'A personal token or a device key.',
    })
    .addApiKey(
      { type: 'apiKey', in: 'query', name: 'apikey', description: 'A device key, where no header can be set.' },
      'apikey',
    )
    .addCookieAuth(
      '__Host-commonmeter',
      {
        type: 'apiKey',
        in: 'cookie',
        name: '__Host-commonmeter',
        description:
          'The session of a browser; on a loopback address over http the name is commonmeter. What changes something needs the header commonmeter-client too.',
      },
      'session',
    )
    .build();
  const document = swagger.SwaggerModule.createDocument(app, frame, {
    // Without an underscore: the reader's links take one for a space.
    operationIdFactory: (controller, method) =>
      `${controller.replace(/Controller$/, '')}${method.charAt(0).toUpperCase()}${method.slice(1)}`,
    standardSchemaConverter: (schema, { schemaType }) =>
      schema instanceof z.ZodType ? jsonSchema(schema, schemaType) : undefined,
  });
  for (const address of Object.values(document.paths)) withoutOwnHeaders(address);
  const schemas = { ...document.components?.schemas, ...components } as NonNullable<
    OpenAPIObject['components']
  >['schemas'];
  return { ...document, components: { ...document.components, ...(schemas ? { schemas } : {}) } };
}

/** OpenAPI leaves three headers to its own words; an operation that names them as parameters would ask every client for them. */
const ownHeaders = ['accept', 'content-type', 'authorization'];

function withoutOwnHeaders(address: object): void {
  for (const operation of Object.values(address) as { parameters?: { in: string; name: string }[] }[]) {
    if (!operation.parameters) continue;
    operation.parameters = operation.parameters.filter(
      (one) => one.in !== 'header' || !ownHeaders.includes(one.name.toLowerCase()),
    );
  }
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output') {
  const { $defs, ...rest } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema: made }) => withoutSafeLimits(made),
  });
  delete rest.$schema;
  return { schema: rest, components: $defs ?? {} };
}

/** Every whole number of zod has the limits of JavaScript, which say nothing about ours and make examples of sixteen digits. */
function withoutSafeLimits(made: { minimum?: number; maximum?: number }): void {
  if (made.minimum === Number.MIN_SAFE_INTEGER) delete made.minimum;
  if (made.maximum === Number.MAX_SAFE_INTEGER) delete made.maximum;
}

/** Tells the generator what our own decorators say. */
function describeRoutes(app: INestApplication, swagger: Swagger): void {
  const scanner = new MetadataScanner();
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
  for (const { metatype } of controllers) {
    if (!metatype) continue;
    const prototype = metatype.prototype as Record<string, Handler>;
    for (const name of scanner.getAllMethodNames(prototype)) describeRoute(prototype, name, swagger);
  }
}

const described = new WeakSet<Handler>();

function describeRoute(prototype: Record<string, Handler>, name: string, swagger: Swagger): void {
  const handler = prototype[name];
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  if (!handler || !descriptor || described.has(handler)) return;
  described.add(handler);
  const decorators = [...ofPolicy(handler, swagger), ...ofReply(handler, swagger), ...ofBodies(handler, swagger)];
  for (const decorate of decorators) decorate(prototype, name, descriptor);
}

function ofPolicy(handler: Handler, swagger: Swagger): MethodDecorator[] {
  const policy = Reflect.getMetadata(policyKey, handler) as Policy | undefined;
  if (!policy) return [];
  if ('public' in policy) return [swagger.ApiExtension('x-roles', ['public'])];
  const orByKey = policy.apikey ? [swagger.ApiSecurity('apikey')] : [];
  const orBySession = policy.roles.some((role) => role !== 'device') ? [swagger.ApiSecurity('session')] : [];
  const stepUp = Reflect.getMetadata(stepUpKey, handler) === true ? [swagger.ApiExtension('x-step-up', true)] : [];
  const roles = swagger.ApiExtension('x-roles', [...policy.roles]);
  return [roles, swagger.ApiBearerAuth(), ...orBySession, ...orByKey, ...stepUp];
}

function ofReply(handler: Handler, swagger: Swagger): MethodDecorator[] {
  const reply = Reflect.getMetadata(replyKey, handler) as ReplyDescription | undefined;
  const refusal = swagger.ApiResponse({
    status: 'default',
    description: 'A refusal or a failure.',
    content: { [problemMediaType]: { schema: { $ref: '#/components/schemas/Problem' } } },
  });
  if (!reply) return [refusal];
  const { status, description, schema, produces } = reply;
  const shape = schema ? { standardSchema: schema } : {};
  const other = Reflect.getMetadata(otherReplyKey, handler) as ReplyDescription | undefined;
  return [
    swagger.ApiOperation({ summary: description }),
    swagger.ApiResponse({ status, description, ...shape }),
    ...(other ? [swagger.ApiResponse({ ...other, ...shape })] : []),
    refusal,
    ...(produces ? [swagger.ApiProduces(...produces)] : []),
  ];
}

function ofBodies(handler: Handler, swagger: Swagger): MethodDecorator[] {
  const types = Reflect.getMetadata(bodiesKey, handler) as readonly string[] | undefined;
  if (!types) return [];
  return [swagger.ApiConsumes(...(types.includes(formType) ? types : ['application/json', ...types]))];
}
