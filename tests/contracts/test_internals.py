"""Internals: the words of drivers and runtimes, and that no ordinary sentence is taken for them."""

import pytest

from contracts.invariants.internals import INTERNALS

ORDINARY = """\
Authentication required
Invalid API key provided
The API key is expired
Missing Authorization header
Namespace not found
X-Namespace header is required
Bucket 'bkt_1' not found in namespace acceptance
Object obj_1 does not exist
Object not found
No such object
key_prefix must be a string
key_prefix: Input should be a valid string
Input should be a valid boolean, unable to interpret input
Input should be a valid dictionary or object to extract fields from
JSON decode error
Expecting property name enclosed in double quotes: line 1 column 2 (char 1)
Unexpected token } in JSON at position 5
Unexpected end of JSON input
invalid character '}' looking for beginning of object key string
invalid type: map, expected a string at line 1 column 16
expected `,` or `}` at line 1 column 9
Malformed JSON in request body
Request body is required
Request entity too large
The request body exceeds 1 MB
Too many fields: at most 100 are allowed
Field status cannot be set
Field 'amber' is not defined in the schema
Extra inputs are not permitted
Value error, the name is reserved
Rate limit exceeded. Try again in 30 seconds.
Please select a bucket from the list, where your key may write.
Update the object, then delete it from the bucket.
Duplicate name: a field of this name exists already
Duplicate field key_prefix
A bucket with this name already exists
name must be unique
value violates the schema
violates constraint maxLength
The field violates the unique rule of its collection
System error, please contact support
The system is busy. String values only.
An unexpected error occurred
Internal error: reference 8f3a
Could not process the request
Cannot read the request body
Cannot parse the body
Cannot deserialize the body
Type mismatch: expected string, got object
TypeError: key_prefix must be text
ValidationError: 1 error
mixpeek.errors.ValidationError
errors.NotFoundError
com.mixpeek.NotFound
https://errors.pydantic.dev/2.11/v/string_type
https://docs.mixpeek.com/errors/validation-error.js
see https://developer.mozilla.org/en-US/docs/Web/HTTP/Status/422
Connection refused by policy
connection reset, please retry
Redis is not supported as a source
The type mongodb is not a source type
argument skip_duplicates must be of type bool
must be of type string, array given
skip_duplicates must be a boolean, not an array
list items must be integers
The index must be an integer
Undefined field amber
undefined value for key_prefix
undefined is not a valid value
null is not allowed
column names must be lower case
no such column
no such table in this workspace
relation amber does not exist
Maximum depth of 20 exceeded
maximum recursion depth of 20 exceeded
Maximum size exceeded
The panic button was pressed
illegal argument: key_prefix
syntax error in body
syntax error at line 3
You have an error in your JSON syntax
One or more validation errors occurred.
One or more parameter values were invalid
The JSON value could not be converted to a string
The method PATCH is not allowed
object is not iterable
value is not a function
'amber' object is not allowed
'amber' object has no owner
patch() is not supported
Method patch() takes one object
update(id) missing argument
Unauthorized: at /v1/buckets/b/objects/o
At /v1/buckets (line 3)
The path /v1/app/objects is unknown
/v1/home/objects not found
Location /var is invalid
Insert into bucket (see docs) is not allowed
Select one from many where possible
where status is null nothing is deleted
Delete from bucket where possible
Resource host=example is unknown
rpc failed
gRPC is not supported
Data too long: at most 200 characters
Data too long for key_prefix
Incorrect value: "amber"
Incorrect string value for key_prefix
Cast failed
Cast of amber to string failed
constraint failed: maxLength
unique constraint failed
sql is not a valid name
SQL injection detected
state 22P02
ORA is not a status
Java is not supported
Go to the dashboard to get a key
Rust and Go clients are at https://docs.example.com/src/client.go
file:// URLs are not allowed
URL must not be file:///
Traceback id 123
Thread 'main' not found
error in thread main
Input must be at 12:30
dup key
Unknown column amber
Object of type text is required
expected string or bytes
unhashable value
Array conversion is not supported
Uncaught condition
call to unwrap failed
Nested exceptions are not reported
Request id: 7f9c0e1a-aaaa
Cloudflare Ray ID: 8d1f
<!DOCTYPE html><script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>
Objekt nicht gefunden
オブジェクトが見つかりません
La clé est invalide
Property key_prefix of undefined type
Cannot set properties of a deleted object
property of null objects cannot be set
thread 12 panicked
The host is not reachable
The amber.birch function is not a function of this API
date is not JSON serializable
""".splitlines()
"""What refusals say, in many ways, and what they may: a line each."""

GIVEN_AWAY = {
    "sqlstate": 'ERROR: invalid input syntax for type boolean: "x" (SQLSTATE 22P02)',
    "mongo": 'E11000 duplicate key error collection: prod.objects index: name_1 dup key: { name: "x" }',
    "redis": "WRONGTYPE Operation against a key holding the wrong kind of value",
    "spring": (
        "Could not execute statement; nested exception is org.hibernate.exception.ConstraintViolationExcepti"
        "on: could not execute statement"
    ),
    "jackson": (
        "Cannot deserialize value of type `java.lang.String` from Object value (token `JsonToken.START_OBJECT`)"
    ),
    "go": "json: cannot unmarshal object into Go struct field UpdateObjectRequest.key_prefix of type string",
    "go-panic": "runtime error: invalid memory address or nil pointer dereference",
    "node": "TypeError: Cannot read properties of undefined (reading 'key_prefix')",
    "rails": 'undefined method `strip\' for {"amber"=>"birch"}:Hash',
    "php": (
        "Uncaught TypeError: trim(): Argument #1 ($string) must be of type string, array given in /var/www/h"
        "tml/app.php:31"
    ),
    "laravel": "Illuminate\\Database\\QueryException: SQLSTATE[22007]: Invalid datetime format",
    "dotnet": "System.NullReferenceException: Object reference not set to an instance of an object.",
    "rust": "called `Option::unwrap()` on a `None` value",
    "python-attr": "'dict' object has no attribute 'strip'",
    "mysql": "You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version",
    "oracle": "ORA-01722: invalid number",
    "prisma": "Invalid `prisma.object.update()` invocation: Argument key_prefix: Got invalid value",
    "mongoose": 'Cast to string failed for value "{ amber: \'birch\' }" (type Object) at path "key_prefix"',
    "es": "mapper_parsing_exception: failed to parse field [key_prefix] of type [keyword]",
    "dynamo": (
        "ValidationException: One or more parameter values were invalid: Type mismatch for attribute to update"
    ),
    "sqlalchemy": (
        '(psycopg2.errors.DatatypeMismatch) column "key_prefix" is of type text [SQL: UPDATE objects SET k'
        "ey_prefix=%(key_prefix)s]"
    ),
    "ruby-path": "/app/controllers/objects_controller.rb:31:in `update'",
    "host": "dial tcp 10.0.3.17:5432: connect: connection refused",
}
"""What drivers, runtimes and frameworks say, in their words."""


def test_an_ordinary_sentence_gives_nothing_away() -> None:
    """No pattern is found in what is written for users."""
    assert [(text, one.pattern) for text in ORDINARY for one in INTERNALS if one.search(text)] == []


@pytest.mark.parametrize("source", GIVEN_AWAY)
def test_the_words_of_drivers_are_known(source: str) -> None:
    """The message of each driver is found, alone and within a sentence."""
    text = GIVEN_AWAY[source]
    assert any(one.search(text) for one in INTERNALS)
    assert any(one.search(f"Could not update the object: {text} (request 7)") for one in INTERNALS)
