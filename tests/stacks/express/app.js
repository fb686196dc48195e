"use strict";
// The operation as a developer writes it with Express: objects in memory, extra fields spread over the object.
const { randomBytes } = require("node:crypto");
const express = require("express");

const SYSTEM = new Set([
  "bucket_id", "object_id", "blobs", "source_details", "status", "error",
  "created_at", "updated_at", "document_count", "skip_duplicates",
]);
const KEYS = new Map(process.env.KEYS.split(",").map((entry) => entry.split("=")));
const namespaces = JSON.parse(process.env.NAMESPACES);
const buckets = [];
const id = (kind) => `${kind}_${randomBytes(5).toString("hex")}`;

class Refusal extends Error {
  constructor(status, type, message) {
    super(message);
    Object.assign(this, { status, type });
  }
}

const app = express();
app.disable("x-powered-by");
app.get("/v1/health", (_, response) => response.json({ status: "OK" }));

app.use((request, _, next) => {
  const [scheme, key] = (request.get("authorization") ?? "").split(" ", 2);
  if (scheme !== "Bearer" || !KEYS.has(key)) throw new Refusal(401, "UnauthorizedError", "Invalid API key");
  request.owner = KEYS.get(key);
  next();
});
app.use(express.json({ limit: "8mb" }));

const named = (one, kind, identifier) => one[`${kind}_id`] === identifier || one[`${kind}_name`] === identifier;
const page = (all, { limit = 100, offset = 0 }) => ({ results: all.slice(Number(offset), Number(offset) + Number(limit)) });

app.post("/v1/namespaces", (request, response) => {
  const made = { namespace_id: id("ns"), namespace_name: request.body.namespace_name, owner: request.owner };
  namespaces.push(made);
  response.json(made);
});
app.post("/v1/namespaces/list", (request, response) => {
  response.json(page(namespaces.filter((one) => one.owner === request.owner), request.query));
});
app.delete("/v1/namespaces/:identifier", (request, response) => {
  const at = namespaces.findIndex(
    (one) => one.owner === request.owner && named(one, "namespace", request.params.identifier));
  if (at < 0) throw new Refusal(404, "NotFoundError", "Namespace not found");
  namespaces.splice(at, 1);
  response.json({ task_id: id("task") });
});

app.use((request, _, next) => {
  const scope = request.get("x-namespace");
  if (!scope) throw new Refusal(400, "BadRequestError", "X-Namespace is required");
  request.namespace = namespaces.find((one) => one.owner === request.owner && named(one, "namespace", scope));
  if (!request.namespace) throw new Refusal(404, "NotFoundError", "Namespace not found");
  next();
});
app.param("bucket", (request, _, next, identifier) => {
  request.bucket = buckets.find((one) => one.namespace === request.namespace && named(one, "bucket", identifier));
  if (!request.bucket) throw new Refusal(404, "NotFoundError", "Bucket not found");
  next();
});
app.param("object", (request, _, next, identifier) => {
  request.object = request.bucket.objects.get(identifier);
  if (!request.object) throw new Refusal(404, "NotFoundError", "Object not found");
  next();
});

const shown = ({ objects, namespace, ...bucket }) => bucket;
app.post("/v1/buckets", (request, response) => {
  const { bucket_name, bucket_schema } = request.body;
  if (buckets.some((one) => one.namespace === request.namespace && one.bucket_name === bucket_name)) {
    throw new Refusal(409, "AlreadyExistsError", "A bucket of this name exists");
  }
  const made = { bucket_id: id("bkt"), bucket_name, bucket_schema, namespace: request.namespace, objects: new Map() };
  buckets.push(made);
  response.json(shown(made));
});
app.post("/v1/buckets/list", (request, response) => {
  response.json(page(buckets.filter((one) => one.namespace === request.namespace).map(shown), request.query));
});
app.get("/v1/buckets/:bucket", (request, response) => response.json(shown(request.bucket)));
app.delete("/v1/buckets/:bucket", (request, response) => {
  buckets.splice(buckets.indexOf(request.bucket), 1);
  response.json({ task_id: id("task") });
});

const settable = (body) => Object.fromEntries(Object.entries(body).filter(([name]) => !SYSTEM.has(name)));
function validate(body) {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new Refusal(400, "BadRequestError", "The body is no JSON object");
  }
  const { key_prefix: prefix, skip_duplicates: skip } = body;
  if (prefix != null && typeof prefix !== "string") throw new Refusal(422, "ValidationError", "key_prefix is no string");
  if (skip != null && typeof skip !== "boolean") throw new Refusal(422, "ValidationError", "skip_duplicates is no boolean");
}

app.post("/v1/buckets/:bucket/objects", (request, response) => {
  validate(request.body);
  const now = new Date().toISOString();
  const made = {
    key_prefix: null,
    ...settable(request.body),
    bucket_id: request.bucket.bucket_id,
    object_id: id("obj"),
    blobs: (request.body.blobs ?? []).map(({ property, type }) => ({ blob_id: id("blob"), property, type })),
    source_details: [{ type: "bucket", source_id: request.bucket.bucket_id }],
    status: "DRAFT",
    created_at: now,
    updated_at: now,
    document_count: 0,
  };
  request.bucket.objects.set(made.object_id, made);
  response.json(made);
});
app.get("/v1/buckets/:bucket/objects/:object", (request, response) => response.json(request.object));
app.patch("/v1/buckets/:bucket/objects/:object", (request, response) => {
  validate(request.body);
  Object.assign(request.object, settable(request.body), { updated_at: new Date().toISOString() });
  response.json(request.object);
});
app.delete("/v1/buckets/:bucket/objects/:object", (request, response) => {
  request.bucket.objects.delete(request.object.object_id);
  response.status(204).end();
});

app.use(() => {
  throw new Refusal(404, "NotFoundError", "No such path");
});
app.use((error, _request, response, _next) => {
  const status = error.status ?? 500;
  const type = error instanceof Refusal ? error.type : status < 500 ? "BadRequestError" : "InternalServerError";
  const message = status < 500 ? error.message : "Internal error";
  response.status(status).json({ success: false, status, error: { message, type } });
});

const server = app.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: server.address().port })));
