import type { INestApplication } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { type Policy, policyKey } from './policy.js';
import { problemMediaType } from './problem.js';
import { bodiesKey, type ReplyDescription, replyKey } from './reply.js';

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
  const frame = new swagger.DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Commonmeter')
    .setDescription('Meters, shares and bills what a community of small shops has in common, exactly.')
    .setVersion(version)
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'A personal token or a device key.' })
    .build();
  return swagger.SwaggerModule.createDocument(app, frame, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
    standardSchemaConverter: (schema, { schemaType }) =>
      schema instanceof z.ZodType ? jsonSchema(schema, schemaType) : undefined,
  });
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output') {
  const { $defs, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any' });
  delete rest.$schema;
  return { schema: rest, components: $defs ?? {} };
}

/** Tells the generator what our own decorators say. */
function describeRoutes(app: INestApplication, swagger: Swagger): void {
  const scanner = new MetadataScanner();
  for (const { metatype } of app.get(DiscoveryService).getControllers()) {
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
  return [swagger.ApiExtension('x-roles', [...policy.roles]), swagger.ApiBearerAuth()];
}

function ofReply(handler: Handler, swagger: Swagger): MethodDecorator[] {
  const reply = Reflect.getMetadata(replyKey, handler) as ReplyDescription | undefined;
  const refusal = swagger.ApiResponse({
    status: 'default',
    description: 'A refusal or a failure.',
    content: { [problemMediaType]: { schema: jsonSchema(problemSchema, 'output').schema as object } },
  });
  if (!reply) return [refusal];
  const { status, description, schema, produces } = reply;
  const shape = schema ? { standardSchema: schema } : {};
  return [
    swagger.ApiResponse({ status, description, ...shape }),
    refusal,
    ...(produces ? [swagger.ApiProduces(...produces)] : []),
  ];
}

function ofBodies(handler: Handler, swagger: Swagger): MethodDecorator[] {
  const types = Reflect.getMetadata(bodiesKey, handler) as readonly string[] | undefined;
  return types ? [swagger.ApiConsumes('application/json', ...types)] : [];
}
