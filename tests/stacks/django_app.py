"""The operation as a developer writes it with Django REST framework: serializers, views, SQLite, a JSON field."""

import json
import os
import secrets
from typing import Any, ClassVar

import django
from django.conf import settings
from django.db import connection, models, transaction
from django.http import Http404
from django.urls import path
from django.utils import timezone

settings.configure(
    SECRET_KEY=secrets.token_hex(),
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["DATABASE"]}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=["rest_framework"],
    USE_TZ=True,
    APPEND_SLASH=False,
    REST_FRAMEWORK={
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
        "UNAUTHENTICATED_USER": None,
    },
)
django.setup()

from rest_framework import authentication, exceptions, permissions, serializers, views  # noqa: E402
from rest_framework.request import Request  # noqa: E402
from rest_framework.response import Response  # noqa: E402

KEYS = dict(entry.split("=") for entry in os.environ["KEYS"].split(","))
SYSTEM = frozenset(
    {
        *("bucket_id", "object_id", "blobs", "source_details", "status", "error"),
        *("created_at", "updated_at", "document_count", "key_prefix", "skip_duplicates"),
    }
)


class Namespace(models.Model):
    """A namespace of an organisation."""

    id = models.CharField(primary_key=True, max_length=40)
    name = models.CharField(max_length=200)
    organisation = models.CharField(max_length=40)

    class Meta:
        app_label = "operation"


class Bucket(models.Model):
    """A bucket in a namespace."""

    id = models.CharField(primary_key=True, max_length=40)
    name = models.CharField(max_length=200)
    namespace = models.ForeignKey(Namespace, models.CASCADE)

    class Meta:
        app_label = "operation"
        constraints: ClassVar = [models.UniqueConstraint(fields=["name", "namespace"], name="one_name")]


class Item(models.Model):
    """An object in a bucket."""

    id = models.CharField(primary_key=True, max_length=40)
    bucket = models.ForeignKey(Bucket, models.CASCADE)
    key_prefix = models.TextField(null=True)
    blobs = models.JSONField(default=list)
    fields = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        app_label = "operation"


class BearerKey(authentication.BaseAuthentication):
    """Takes the key of the Authorization header."""

    def authenticate(self, request: Request) -> tuple[str, None] | None:
        """Return the organisation of the key."""
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or key not in KEYS:
            raise exceptions.AuthenticationFailed("Invalid API key")
        return KEYS[key], None

    def authenticate_header(self, _: Request) -> str:
        """Return what a client is asked for."""
        return "Bearer"


class HasKey(permissions.BasePermission):
    """Lets in whoever has a key."""

    def has_permission(self, request: Request, _: Any) -> bool:
        """Whether the request has a key."""
        return bool(request.user)


def enveloped(error: Exception, context: Any) -> Response | None:
    """Return a refusal in the envelope of the API."""
    from rest_framework.views import exception_handler

    response = exception_handler(error, context)
    if response is None:
        return None
    names = {401: "UnauthorizedError", 404: "NotFoundError", 409: "AlreadyExistsError", 400: "BadRequestError"}
    kind = "ValidationError" if isinstance(error, exceptions.ValidationError) else names.get(response.status_code, "")
    if kind == "ValidationError":
        response.status_code = 422
    told = {"message": str(getattr(error, "detail", error)), "type": kind or "BadRequestError"}
    response.data = {"success": False, "status": response.status_code, "error": told}
    return response


class View(views.APIView):
    """A view that asks for the key, and refuses in the envelope."""

    authentication_classes: ClassVar = [BearerKey]
    permission_classes: ClassVar = [HasKey]

    def get_exception_handler(self) -> Any:
        """Return what makes a refusal of an exception."""
        return enveloped


class PatchSerializer(serializers.Serializer):
    """The two declared members of the body."""

    key_prefix = serializers.CharField(allow_null=True, required=False)
    skip_duplicates = serializers.BooleanField(allow_null=True, required=False)


class BlobSerializer(serializers.Serializer):
    """A blob, as it is sent."""

    property = serializers.CharField()
    type = serializers.CharField()


class Conflict(exceptions.APIException):
    """A name is taken."""

    status_code = 409
    default_detail = "A bucket of this name exists"


def scope_of(request: Request) -> Namespace:
    """Return the namespace that the request names."""
    name = request.headers.get("X-Namespace")
    if not name:
        raise exceptions.ParseError("X-Namespace is required")
    known = Namespace.objects.filter(organisation=request.user)
    found = known.filter(models.Q(id=name) | models.Q(name=name)).first()
    if found is None:
        raise Http404
    return found


def bucket_of(request: Request, identifier: str) -> Bucket:
    """Return a bucket of the namespace, by id or name."""
    known = Bucket.objects.filter(namespace=scope_of(request))
    found = known.filter(models.Q(id=identifier) | models.Q(name=identifier)).first()
    if found is None:
        raise Http404
    return found


def shown(item: Item) -> dict[str, Any]:
    """Return an object as the API shows it."""
    return {
        **item.fields,
        "bucket_id": item.bucket_id,
        "object_id": item.id,
        "key_prefix": item.key_prefix,
        "blobs": item.blobs,
        "source_details": [{"type": "bucket", "source_id": item.bucket_id}],
        "status": "DRAFT",
        "created_at": item.created_at,
        "updated_at": item.updated_at,
        "document_count": 0,
    }


def page(request: Request, all_of_them: Any) -> Response:
    """Return a page of a list."""
    start, limit = (int(request.query_params.get(name, default)) for name, default in (("offset", 0), ("limit", 100)))
    return Response({"results": list(all_of_them[start : start + limit])})


class Health(View):
    """Says that the service is there."""

    authentication_classes: ClassVar = []
    permission_classes: ClassVar = []

    def get(self, _: Request) -> Response:
        """Say so."""
        return Response({"status": "OK"})


class Namespaces(View):
    """The namespaces of a key."""

    def post(self, request: Request) -> Response:
        """Make one."""
        made = Namespace.objects.create(
            id=f"ns_{secrets.token_hex(5)}", name=request.data["namespace_name"], organisation=request.user
        )
        return Response({"namespace_id": made.id, "namespace_name": made.name})


class NamespaceList(View):
    """The list of them."""

    def post(self, request: Request) -> Response:
        """List them."""
        known = Namespace.objects.filter(organisation=request.user).order_by("id")
        return page(request, known.values(namespace_id=models.F("id"), namespace_name=models.F("name")))


class OneNamespace(View):
    """One of them."""

    def delete(self, request: Request, identifier: str) -> Response:
        """Remove it."""
        known = Namespace.objects.filter(organisation=request.user)
        if not known.filter(models.Q(id=identifier) | models.Q(name=identifier)).delete()[0]:
            raise Http404
        return Response({"task_id": secrets.token_hex(4)})


class Buckets(View):
    """The buckets of a namespace."""

    def post(self, request: Request) -> Response:
        """Make one."""
        where, name = scope_of(request), request.data["bucket_name"]
        if Bucket.objects.filter(namespace=where, name=name).exists():
            raise Conflict
        made = Bucket.objects.create(id=f"bkt_{secrets.token_hex(4)}", name=name, namespace=where)
        return Response({"bucket_id": made.id, "bucket_name": made.name})


class BucketList(View):
    """The list of them."""

    def post(self, request: Request) -> Response:
        """List them."""
        known = Bucket.objects.filter(namespace=scope_of(request)).order_by("id")
        return page(request, known.values(bucket_id=models.F("id"), bucket_name=models.F("name")))


class OneBucket(View):
    """One of them."""

    def get(self, request: Request, bucket: str) -> Response:
        """Show it."""
        found = bucket_of(request, bucket)
        return Response({"bucket_id": found.id, "bucket_name": found.name})

    def delete(self, request: Request, bucket: str) -> Response:
        """Remove it."""
        bucket_of(request, bucket).delete()
        return Response({"task_id": secrets.token_hex(4)})


class Objects(View):
    """The objects of a bucket."""

    def post(self, request: Request, bucket: str) -> Response:
        """Make one."""
        blobs = BlobSerializer(data=request.data.get("blobs", []), many=True)
        blobs.is_valid(raise_exception=True)
        declared = validated(request)
        now = timezone.now()
        item = Item.objects.create(
            id=f"obj_{secrets.token_hex(6)}",
            bucket=bucket_of(request, bucket),
            key_prefix=declared.get("key_prefix"),
            blobs=[{"blob_id": f"blob_{secrets.token_hex(6)}", **one} for one in blobs.validated_data],
            fields={name: value for name, value in request.data.items() if name not in SYSTEM},
            created_at=now,
            updated_at=now,
        )
        return Response(shown(item))


def validated(request: Request) -> dict[str, Any]:
    """Return the declared members of the body. Raises ValidationError if one of them is wrong."""
    serializer = PatchSerializer(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


class OneObject(View):
    """One of them."""

    def _item(self, request: Request, bucket: str, identifier: str) -> Item:
        found = Item.objects.filter(bucket=bucket_of(request, bucket), id=identifier).first()
        if found is None:
            raise Http404
        return found

    def get(self, request: Request, bucket: str, identifier: str) -> Response:
        """Show it."""
        return Response(shown(self._item(request, bucket, identifier)))

    @transaction.atomic
    def patch(self, request: Request, bucket: str, identifier: str) -> Response:
        """Change the fields that were sent, and no others."""
        item, declared = self._item(request, bucket, identifier), validated(request)
        item.fields.update({name: value for name, value in request.data.items() if name not in SYSTEM})
        item.key_prefix = declared.get("key_prefix", item.key_prefix)
        item.updated_at = timezone.now()
        item.save()
        return Response(shown(item))

    def delete(self, request: Request, bucket: str, identifier: str) -> Response:
        """Remove it."""
        self._item(request, bucket, identifier).delete()
        return Response(status=204)


urlpatterns = [
    path("v1/health", Health.as_view()),
    path("v1/namespaces", Namespaces.as_view()),
    path("v1/namespaces/list", NamespaceList.as_view()),
    path("v1/namespaces/<str:identifier>", OneNamespace.as_view()),
    path("v1/buckets", Buckets.as_view()),
    path("v1/buckets/list", BucketList.as_view()),
    path("v1/buckets/<str:bucket>", OneBucket.as_view()),
    path("v1/buckets/<str:bucket>/objects", Objects.as_view()),
    path("v1/buckets/<str:bucket>/objects/<str:identifier>", OneObject.as_view()),
]


def main() -> None:
    """Make the tables and serve on a free port, which is told in one JSON line."""
    from wsgiref.simple_server import WSGIRequestHandler, make_server

    from django.core.wsgi import get_wsgi_application

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    with connection.schema_editor() as editor:
        for model in (Namespace, Bucket, Item):
            editor.create_model(model)
    for one in json.loads(os.environ["NAMESPACES"]):
        Namespace.objects.create(id=one["namespace_id"], name=one["namespace_name"], organisation=one["owner"])
    server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet)
    print(json.dumps({"port": server.server_port}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
