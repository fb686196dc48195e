"""Changes of the edition's document that change no promise: each has to be silent."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from tests.support.drifts import PATH

Document = dict[str, Any]


def _operation(document: Document) -> Any:
    return document["paths"][PATH]["patch"]


def _schemas(document: Document) -> Any:
    return document["components"]["schemas"]


def _everything(value: Any) -> Iterator[Document]:
    """Yield every object in a document, from the root down."""
    if isinstance(value, dict):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _everything(one)


def _every_schema(document: Document) -> Iterator[Document]:
    yield from [one for one in _everything(_schemas(document)) if isinstance(one.get("type"), str | list)]


def _turned(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _turned(value[name]) for name in reversed(value)}
    return [_turned(one) for one in value] if isinstance(value, list) else value


def _inlined(value: Any, document: Document) -> Any:
    if isinstance(value, dict) and "$ref" in value:
        found: Any = document
        for step in value["$ref"].split("/")[1:]:
            found = found[step]
        return _inlined(found, document)
    if isinstance(value, dict):
        return {name: _inlined(one, document) for name, one in value.items()}
    return [_inlined(one, document) for one in value] if isinstance(value, list) else value


def other_order(document: Document) -> None:
    turned = _turned(document)
    turned["paths"][PATH]["patch"]["parameters"].sort(key=str)
    document.clear()
    document.update(turned)


def values_in_another_order(document: Document) -> None:
    for schema in _every_schema(document):
        for name in ("enum", "required"):
            if name in schema:
                schema[name] = [*reversed(schema[name]), schema[name][0]]


def descriptions(document: Document) -> None:
    for schema in _every_schema(document):
        schema["description"] = "something else"
    _operation(document).update(summary="other", description="other")


def titles(document: Document) -> None:
    for schema in _every_schema(document):
        schema["title"] = "A Title"


def examples(document: Document) -> None:
    for schema in _every_schema(document):
        schema["examples"] = ["x"]
    _operation(document)["requestBody"]["content"]["application/json"]["example"] = {"key_prefix": "a/"}


def more_operations(document: Document) -> None:
    document["paths"][PATH]["get"] = {"responses": {"200": {"description": ""}}}
    document["paths"]["/v1/buckets/{bucket_identifier}/objects"] = {"post": {"responses": {}}}


def more_components(document: Document) -> None:
    _schemas(document)["Unused"] = {"type": "string", "enum": ["a"]}
    document["components"]["examples"] = {"One": {"value": 1}}


def operation_id(document: Document) -> None:
    _operation(document)["operationId"] = "patchObject"


def tags(document: Document) -> None:
    document["tags"] = [{"name": "things"}]
    _operation(document)["tags"] = ["things"]


def servers(document: Document) -> None:
    document["servers"] = [{"url": "https://other.example.com"}, {"url": "/"}]


def info(document: Document) -> None:
    document["info"] = {"title": "Another", "version": "9"}


def extensions(document: Document) -> None:
    for schema in _every_schema(document):
        schema["x-internal"] = {"type": "integer"}
    document["x-tagGroups"] = [1]
    _operation(document)["responses"]["x-more"] = "yes"


def external_docs_and_webhooks(document: Document) -> None:
    document["externalDocs"] = {"url": "https://example.com"}
    document["webhooks"] = {"gone": {"post": {"responses": {}}}}
    _operation(document)["callbacks"] = {"done": {"{$request.body#/url}": {"post": {"responses": {}}}}}


def renamed_components(document: Document) -> None:
    text = json.dumps(document)
    for name in ("BucketObject", "ErrorEnvelope", "Refused", "Namespace"):
        text = text.replace(f'/{name}"', f'/New.{name}-1"').replace(f'"{name}": {{', f'"New.{name}-1": {{')
    document.clear()
    document.update(json.loads(text))


def inlined_references(document: Document) -> None:
    whole = _inlined(document, document)
    whole.pop("components")
    whole["components"] = {"securitySchemes": document["components"]["securitySchemes"]}
    document.clear()
    document.update(whole)


def null_by_one_of(document: Document) -> None:
    for schema in _every_schema(document):
        for name, one in schema.get("properties", {}).items():
            types = one.get("type")
            if isinstance(types, list) and "null" in types:
                rest = {key: value for key, value in one.items() if key != "type"}
                schema["properties"][name] = {"oneOf": [{"type": "null"}, {"type": types[0], **rest}]}


def enums_by_constants(document: Document) -> None:
    source = _schemas(document)["SourceType"]
    source["oneOf"] = [{"const": value, "title": value} for value in source.pop("enum")]


def all_of_one(document: Document) -> None:
    for schema in _every_schema(document):
        for name, one in schema.get("properties", {}).items():
            schema["properties"][name] = {"allOf": [one], "description": "wrapped"}


def split_by_all_of(document: Document) -> None:
    blob = _schemas(document)["Blob"]
    one = {"type": "object", "properties": {"property": blob["properties"].pop("property")}, "required": ["property"]}
    blob["required"].remove("property")
    _schemas(document)["Base"] = one
    blob["allOf"] = [{"$ref": "#/components/schemas/Base"}]


def references_in_a_row(document: Document) -> None:
    schemas = _schemas(document)
    schemas["Alias"] = {"$ref": "#/components/schemas/Status"}
    schemas["BucketObject"]["properties"]["status"] = {"$ref": "#/components/schemas/Alias"}


def parameters_of_the_path(document: Document) -> None:
    document["paths"][PATH]["parameters"] = _operation(document).pop("parameters")


def names_in_the_template(document: Document) -> None:
    parameters = document["components"]["parameters"]
    parameters["Bucket"]["name"], parameters["Object"]["name"] = "b", "o"
    document["paths"]["/v1/buckets/{b}/objects/{o}"] = document["paths"].pop(PATH)


def prefix_of_the_path(document: Document) -> None:
    document["paths"][f"/api{PATH}"] = document["paths"].pop(PATH)


def prefix_of_the_server(document: Document) -> None:
    document["servers"] = [{"url": "https://example.com/v1/"}]
    document["paths"][PATH.removeprefix("/v1")] = document["paths"].pop(PATH)


def header_in_another_case(document: Document) -> None:
    document["components"]["parameters"]["Namespace"]["name"] = "x-namespace"


def header_as_a_credential(document: Document) -> None:
    components = document["components"]
    components["securitySchemes"]["space"] = {"type": "apiKey", "in": "header", "name": "X-Namespace"}
    document["security"] = [{"bearer": [], "space": []}]
    _operation(document)["parameters"].pop()


def security_of_the_operation(document: Document) -> None:
    _operation(document)["security"] = document.pop("security")
    schemes = document["components"]["securitySchemes"]
    schemes["HTTPBearer"] = schemes.pop("bearer")
    _operation(document)["security"] = [{"HTTPBearer": []}]


def media_type_with_a_charset(document: Document) -> None:
    content = _operation(document)["responses"]["200"]["content"]
    content["Application/JSON; charset=utf-8"] = content.pop("application/json")


def errors_by_range(document: Document) -> None:
    responses = _operation(document)["responses"]
    responses["4XX"] = responses.pop("400")
    for status in ("401", "403", "404"):
        del responses[status]
    responses["default"] = responses.pop("500")


def limits_that_limit_nothing(document: Document) -> None:
    schemas = _schemas(document)
    schemas["BucketObject"]["properties"]["bucket_id"].update(minLength=0, pattern=".*")
    schemas["BucketObject"]["properties"]["blobs"].update(minItems=0, uniqueItems=False)
    schemas["BucketObject"]["properties"]["document_count"].update(multipleOf=1, format="int64")
    schemas["Blob"]["additionalProperties"] = {}
    schemas["Source"]["unevaluatedProperties"] = True


def read_only_in_a_response(document: Document) -> None:
    properties = _schemas(document)["BucketObject"]["properties"]
    properties["object_id"]["readOnly"] = True
    _schemas(document)["ObjectPatch"]["properties"]["object_id"] = {"type": "string", "readOnly": True}
    _schemas(document)["ObjectPatch"]["properties"]["key_prefix"]["writeOnly"] = True


def deprecated_elsewhere(document: Document) -> None:
    _schemas(document)["Old"] = {"type": "string", "deprecated": True}
    _operation(document)["deprecated"] = False


def body_and_responses_as_components(document: Document) -> None:
    operation, components = _operation(document), document["components"]
    components["requestBodies"] = {"Patch": operation["requestBody"]}
    operation["requestBody"] = {"$ref": "#/components/requestBodies/Patch"}
    components.setdefault("responses", {})["Patched"] = operation["responses"]["200"]
    operation["responses"]["200"] = {"$ref": "#/components/responses/Patched"}


def path_item_as_a_component(document: Document) -> None:
    document["components"]["pathItems"] = {"Object": document["paths"][PATH]}
    document["paths"][PATH] = {"$ref": "#/components/pathItems/Object"}


def enumeration_without_a_type(document: Document) -> None:
    for schema in _every_schema(document):
        if "enum" in schema:
            del schema["type"]


def one_alternative(document: Document) -> None:
    properties = _schemas(document)["BucketObject"]["properties"]
    properties["bucket_id"] = {"oneOf": [properties["bucket_id"]]}
    properties["blobs"] = {"anyOf": [properties["blobs"], properties["blobs"]]}


def constants_in_place_of_an_enumeration(document: Document) -> None:
    for schema in _every_schema(document):
        if "enum" in schema:
            schema["oneOf"] = [{"const": value, "title": str(value)} for value in schema.pop("enum")]


def said_twice(document: Document) -> None:
    patch = _schemas(document)["ObjectPatch"]
    patch["allOf"] = [{"type": "object", "properties": {"key_prefix": patch["properties"]["key_prefix"]}}, {}, True]


def definitions_inside(document: Document) -> None:
    shown = _schemas(document)["BucketObject"]
    shown["$defs"] = {"Id": shown["properties"]["bucket_id"]}
    shown["properties"]["bucket_id"] = {"$ref": "#/components/schemas/BucketObject/$defs/Id", "title": "Bucket"}


def more_around_it(document: Document) -> None:
    operation = _operation(document)
    document["paths"][PATH] |= {"get": {"responses": {"200": {"description": ""}}}, "summary": "One object"}
    operation["callbacks"] = {"done": {"{$request.body#/url}": {"post": {"responses": {}}}}}
    operation["responses"]["200"]["links"] = {"read": {"operationId": "read_object"}}
    operation["requestBody"]["content"]["application/json"]["examples"] = {"one": {"value": {"colour": "red"}}}
    document["jsonSchemaDialect"] = "https://spec.openapis.org/oas/3.1/dialect/base"


def everything_said_to_be_open(document: Document) -> None:
    for schema in _every_schema(document):
        if schema["type"] == "object":
            schema.setdefault("additionalProperties", True)
            schema.setdefault("required", [])


def alternatives_by_one_member(document: Document) -> None:
    kinds = _schemas(document)["FieldType"]["enum"]
    for kind in kinds:
        blob = copy.deepcopy(_schemas(document)["Blob"])
        blob["properties"]["type"] = {"const": kind, "title": "Type"}
        _schemas(document)[f"Blob_{kind}"] = blob | {"title": kind, "required": [*reversed(blob["required"])]}
    _schemas(document)["Blob"] = {"oneOf": [{"$ref": f"#/components/schemas/Blob_{kind}"} for kind in kinds]}


def patch_by_the_values_of_a_member(document: Document) -> None:
    patches = [copy.deepcopy(_schemas(document)["ObjectPatch"]) for _ in range(2)]
    for patch, values in zip(patches, ([True], [False, None]), strict=True):
        patch["properties"]["skip_duplicates"] = {"enum": values}
    _schemas(document)["ObjectPatch"] = {"anyOf": patches}


def members_and_items_without_a_type(document: Document) -> None:
    for schema in _every_schema(document):
        if "properties" in schema or "items" in schema:
            del schema["type"]


def server_of_the_operation(document: Document) -> None:
    _operation(document)["servers"] = [{"url": "/v1"}]
    document["paths"][PATH]["get"] = {"servers": [{"url": "/v9"}], "responses": {"200": {"description": ""}}}
    document["paths"][PATH.removeprefix("/v1")] = document["paths"].pop(PATH)


def keywords_that_say_nothing(document: Document) -> None:
    _schemas(document)["ObjectPatch"] |= {"not": False, "propertyNames": True, "dependentRequired": {}}
    _schemas(document)["BucketObject"] |= {"if": {"required": ["blobs"]}}
    _schemas(document)["Source"] |= {"then": {"required": ["name"]}, "else": False}


def references_to_anchors(document: Document) -> None:
    _schemas(document)["Blob"]["$anchor"] = "blob"
    _schemas(document)["BucketObject"]["properties"]["blobs"]["items"] = {"$ref": "#blob"}


def every_type_named(document: Document) -> None:
    value = {"anyOf": [{"type": "array", "items": {}}, {"type": "object"}, {"type": ["string", "number"]}]}
    value["anyOf"] += [{"type": "boolean"}, {"type": "null"}]
    for name in ("ObjectPatch", "BucketObject"):
        _schemas(document)[name]["additionalProperties"] = value


HARMLESS = [
    one
    for name, one in list(globals().items())
    if callable(one) and not name.startswith("_") and one.__module__ == __name__
]
"""Every harmless change."""
