"""The operation as a developer writes it with FastAPI, Pydantic and PostgreSQL: extra fields are a jsonb column."""

import json
import os
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import psycopg
import uvicorn
from fastapi import Depends, FastAPI, Header, HTTPException, Request
from fastapi.responses import JSONResponse
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel, ConfigDict

SCHEMA = """
create table namespaces (id text primary key, name text, organisation text, unique (name, organisation));
create table buckets (id text primary key, name text, namespace text references namespaces on delete cascade,
                      unique (name, namespace));
create table objects (id text primary key, bucket text references buckets on delete cascade, key_prefix text,
                      blobs jsonb, fields jsonb, created_at timestamptz, updated_at timestamptz);
"""
SYSTEM = frozenset(
    {
        *("bucket_id", "object_id", "blobs", "source_details", "status", "error"),
        *("created_at", "updated_at", "document_count", "key_prefix", "skip_duplicates"),
    }
)


class NewNamespace(BaseModel):
    """What a namespace is made of."""

    namespace_name: str


class NewBucket(BaseModel):
    """What a bucket is made of."""

    bucket_name: str
    bucket_schema: dict[str, Any] = {}


class Blob(BaseModel):
    """A blob, as it is sent."""

    property: str
    type: str
    data: str | None = None


class NewObject(BaseModel):
    """What an object is made of."""

    model_config = ConfigDict(extra="allow")
    blobs: list[Blob] = []
    key_prefix: str | None = None


class Patch(BaseModel):
    """The body of the operation: any further field is kept."""

    model_config = ConfigDict(extra="allow")
    key_prefix: str | None = None
    skip_duplicates: bool | None = None


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with AsyncConnectionPool(
        os.environ["DATABASE_URL"], min_size=2, max_size=4, kwargs={"row_factory": dict_row}, open=False
    ) as pool:
        app.state.pool = pool
        async with pool.connection() as borrowed:
            await borrowed.execute(SCHEMA)
            for one in json.loads(os.environ["NAMESPACES"]):
                values = (one["namespace_id"], one["namespace_name"], one["owner"])
                await borrowed.execute("insert into namespaces values (%s, %s, %s)", values)
        print(json.dumps({"port": app.state.port}), flush=True)
        yield


app = FastAPI(lifespan=_lifespan)


@app.exception_handler(HTTPException)
async def _envelope(_: Request, error: HTTPException) -> JSONResponse:
    names = {401: "UnauthorizedError", 404: "NotFoundError", 409: "AlreadyExistsError"}
    kind = names.get(error.status_code, "BadRequestError")
    body = {"success": False, "status": error.status_code, "error": {"message": str(error.detail), "type": kind}}
    return JSONResponse(body, error.status_code)


@app.exception_handler(psycopg.errors.UntranslatableCharacter)
async def _no_nul(_: Request, __: Exception) -> JSONResponse:
    error = {"message": "\\u0000 cannot be stored", "type": "BadRequestError"}
    return JSONResponse({"success": False, "status": 400, "error": error}, 400)


async def connection(request: Request) -> AsyncIterator[Any]:
    """Lend a connection for the length of a request, in one transaction."""
    async with request.app.state.pool.connection() as borrowed:
        yield borrowed


Database = Annotated[Any, Depends(connection)]


def organisation(authorization: Annotated[str | None, Header()] = None) -> str:
    """Return the organisation of the key."""
    scheme, _, key = (authorization or "").partition(" ")
    for entry in os.environ["KEYS"].split(","):
        known, _, owner = entry.partition("=")
        if scheme == "Bearer" and secrets.compare_digest(key.encode(), known.encode()):
            return owner
    raise HTTPException(401, "Invalid API key")


Organisation = Annotated[str, Depends(organisation)]


async def namespace(
    database: Database, owner: Organisation, x_namespace: Annotated[str | None, Header()] = None
) -> str:
    """Return the id of the namespace that the request names."""
    if not x_namespace:
        raise HTTPException(400, "X-Namespace is required")
    query = "select id from namespaces where organisation = %s and (id = %s or name = %s)"
    found = await (await database.execute(query, (owner, x_namespace, x_namespace))).fetchone()
    if found is None:
        raise HTTPException(404, "Namespace not found")
    return str(found["id"])


Scope = Annotated[str, Depends(namespace)]


async def _bucket(database: Any, scope: str, identifier: str) -> dict[str, Any]:
    query = "select * from buckets where namespace = %s and (id = %s or name = %s)"
    found: dict[str, Any] | None = await (await database.execute(query, (scope, identifier, identifier))).fetchone()
    if found is None:
        raise HTTPException(404, "Bucket not found")
    return found


async def _object(database: Any, scope: str, bucket: str, identifier: str, tail: str = "") -> dict[str, Any]:
    where = await _bucket(database, scope, bucket)
    query = f"select * from objects where bucket = %s and id = %s {tail}"
    found: dict[str, Any] | None = await (await database.execute(query, (where["id"], identifier))).fetchone()
    if found is None:
        raise HTTPException(404, "Object not found")
    return found


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **row["fields"],
        "bucket_id": row["bucket"],
        "object_id": row["id"],
        "key_prefix": row["key_prefix"],
        "blobs": row["blobs"],
        "source_details": [{"type": "bucket", "source_id": row["bucket"]}],
        "status": "DRAFT",
        "error": None,
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "document_count": 0,
    }


@app.get("/v1/health")
async def health() -> dict[str, str]:
    """Say that the service is there."""
    return {"status": "OK"}


@app.post("/v1/namespaces")
async def create_namespace(body: NewNamespace, database: Database, owner: Organisation) -> dict[str, str]:
    """Make a namespace."""
    made = f"ns_{secrets.token_hex(5)}"
    await database.execute("insert into namespaces values (%s, %s, %s)", (made, body.namespace_name, owner))
    return {"namespace_id": made, "namespace_name": body.namespace_name}


@app.post("/v1/namespaces/list")
async def list_namespaces(database: Database, owner: Organisation, limit: int = 100, offset: int = 0) -> Any:
    """List the namespaces of the key."""
    query = (
        "select id as namespace_id, name as namespace_name from namespaces where organisation = %s"
        " order by id limit %s offset %s"
    )
    return {"results": await (await database.execute(query, (owner, limit, offset))).fetchall()}


@app.delete("/v1/namespaces/{identifier}")
async def delete_namespace(identifier: str, database: Database, owner: Organisation) -> dict[str, str]:
    """Remove a namespace with all that is in it."""
    query = "delete from namespaces where organisation = %s and (id = %s or name = %s) returning id"
    if await (await database.execute(query, (owner, identifier, identifier))).fetchone() is None:
        raise HTTPException(404, "Namespace not found")
    return {"task_id": f"task_{secrets.token_hex(4)}"}


@app.post("/v1/buckets")
async def create_bucket(body: NewBucket, database: Database, scope: Scope) -> dict[str, Any]:
    """Make a bucket."""
    made = f"bkt_{secrets.token_hex(4)}"
    try:
        await database.execute("insert into buckets values (%s, %s, %s)", (made, body.bucket_name, scope))
    except psycopg.errors.UniqueViolation:
        raise HTTPException(409, "A bucket of this name exists") from None
    return {"bucket_id": made, "bucket_name": body.bucket_name, "bucket_schema": body.bucket_schema}


@app.get("/v1/buckets/{bucket}")
async def get_bucket(bucket: str, database: Database, scope: Scope) -> dict[str, Any]:
    """Show a bucket."""
    found = await _bucket(database, scope, bucket)
    return {"bucket_id": found["id"], "bucket_name": found["name"]}


@app.post("/v1/buckets/list")
async def list_buckets(database: Database, scope: Scope, limit: int = 100, offset: int = 0) -> Any:
    """List the buckets of a namespace."""
    query = (
        "select id as bucket_id, name as bucket_name from buckets where namespace = %s order by id limit %s offset %s"
    )
    return {"results": await (await database.execute(query, (scope, limit, offset))).fetchall()}


@app.delete("/v1/buckets/{bucket}")
async def delete_bucket(bucket: str, database: Database, scope: Scope) -> dict[str, str]:
    """Remove a bucket with its objects."""
    found = await _bucket(database, scope, bucket)
    await database.execute("delete from buckets where id = %s", (found["id"],))
    return {"task_id": f"task_{secrets.token_hex(4)}"}


@app.post("/v1/buckets/{bucket}/objects")
async def create_object(bucket: str, body: NewObject, database: Database, scope: Scope) -> dict[str, Any]:
    """Make an object."""
    where = await _bucket(database, scope, bucket)
    made, now = f"obj_{secrets.token_hex(6)}", datetime.now(UTC)
    blobs = [
        {"blob_id": f"blob_{secrets.token_hex(6)}", "property": one.property, "type": one.type} for one in body.blobs
    ]
    fields = {name: value for name, value in (body.model_extra or {}).items() if name not in SYSTEM}
    query = "insert into objects values (%s, %s, %s, %s, %s, %s, %s) returning *"
    values = (made, where["id"], body.key_prefix, Jsonb(blobs), Jsonb(fields), now, now)
    return _shown(await (await database.execute(query, values)).fetchone())


@app.get("/v1/buckets/{bucket}/objects/{identifier}")
async def get_object(bucket: str, identifier: str, database: Database, scope: Scope) -> dict[str, Any]:
    """Show an object."""
    return _shown(await _object(database, scope, bucket, identifier))


@app.patch("/v1/buckets/{bucket}/objects/{identifier}")
async def patch_object(bucket: str, identifier: str, body: Patch, database: Database, scope: Scope) -> dict[str, Any]:
    """Change the fields that were sent, and no others."""
    found = await _object(database, scope, bucket, identifier, "for update")
    fields = {name: value for name, value in (body.model_extra or {}).items() if name not in SYSTEM}
    prefix = body.key_prefix if "key_prefix" in body.model_fields_set else found["key_prefix"]
    query = "update objects set fields = %s, key_prefix = %s, updated_at = %s where id = %s returning *"
    values = (Jsonb({**found["fields"], **fields}), prefix, datetime.now(UTC), found["id"])
    return _shown(await (await database.execute(query, values)).fetchone())


@app.delete("/v1/buckets/{bucket}/objects/{identifier}", status_code=204)
async def delete_object(bucket: str, identifier: str, database: Database, scope: Scope) -> None:
    """Remove an object."""
    found = await _object(database, scope, bucket, identifier)
    await database.execute("delete from objects where id = %s", (found["id"],))


def main() -> None:
    """Serve on a free port, which is told in one JSON line once the database is there."""
    listening = socket.create_server(("127.0.0.1", 0))
    app.state.port = listening.getsockname()[1]
    uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[listening])


if __name__ == "__main__":
    main()
