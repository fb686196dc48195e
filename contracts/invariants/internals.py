"""Internals: what a refusal must not show of the server, and how it is told from an ordinary sentence.

Each pattern is the wording of one driver, runtime or framework, and none is a sentence that is written for users:
`Duplicate name` and `Field x is not defined` are ordinary, `E11000 duplicate key error` and `Cannot read properties
of undefined` are not.
"""

import re

_EXTENSION = r"\.(?:py|js|ts|rb|go|rs|java|php|cs|kt|ex)\b"
_SERVER = r"(?:app|code|etc|home|mnt|opt|private|root|srv|tmp|usr|var|workspace|Users)"
"""Folders at the root of a server's disk. The address of a public document begins with no such name."""
_NAME = r"[\w.\"`\[\]]+"
_CONDITION = rf"\bwhere\s+{_NAME}\s*(?:[=<>]|!=|in\s*\(|(?:not\s+)?like\s+['\"?:$%]|is\s+(?:not\s+)?null\b)"
_PLACEHOLDER = r"(?:\?|\$\d|%s|%\(\w+\)s|:\w+\b|'[^'{}]*')"

_TRACES = (
    r"Traceback \(most recent call last\)",
    r'File "(?:[^"\n]+\.py[cx]?|<\w+>)", line \d+',
    r"\bat [\w$.<>]+\([\w$]+\.(?:java|kt|scala|js|ts):\d+",
    r"\bat [\w.<>`]+\([^()\n]{0,200}\) in \S{1,200}:line \d+",
    r"\.rb:\d+:in [`']",
    r"goroutine \d+ \[",
    r"\bthread '[\w-]+' panicked at\b",
    r"<[A-Za-z_][\w.]* object at 0x[0-9a-f]{6,}>",
)

_PATHS = (
    # A path, but no address: neither behind the name of a host nor in an attribute of HTML.
    (
        r"(?<![\w./-])(?<!src=)(?<!src=[\"'])(?<!href=)(?<!href=[\"'])"
        rf"(?:/{_SERVER}(?:/[\w.@-]+)+{_EXTENSION}|(?:/[\w.@-]+)+{_EXTENSION}:\d+)"
    ),
    r"\b[A-Z]:\\(?:[\w.-]+\\)+[\w.-]+",
    r"\bfile:///[\w./@-]+",
    r"\bnode_modules/[\w@.-]+",
    r"\b(?:src|lib|internal|cmd|pkg)/(?:[\w-]{1,60}/){0,9}[\w-]{1,60}\.(?:go|rs|rb|ts):\d+",
)

_QUERIES = (
    # A query, but no sentence that has its words: a condition, a placeholder or a list of columns shows it.
    rf"(?i)\bselect\b[^{{}}]{{1,200}}\bfrom\b[^{{}}]{{1,200}}{_CONDITION}",
    rf"\bSELECT\s+(?:\*|{_NAME}(?:\s*,\s*{_NAME})*)\s+FROM\s+{_NAME}",
    rf"(?i:\binsert into {_NAME} ?\([^{{}}()]{{1,300}}\) ?(?:values ?\(|select\b))|\bINSERT INTO {_NAME} ?\(",
    rf"(?i)\bupdate {_NAME} set {_NAME} ?= ?(?:{_PLACEHOLDER}|[^{{}}]{{1,200}}{_CONDITION})",
    rf"(?i)\bdelete from {_NAME} {_CONDITION}",
    r"\[SQL: ",
)

_DATABASES = (
    # PostgreSQL, MySQL, SQLite, SQL Server, Oracle, in the words of the server
    r"\bSQLSTATE\b",
    r"\bpq: \w",
    r"\bviolates (?:unique|foreign key|check|not-null|exclusion) constraint\b",
    r"\bduplicate key value violates\b",
    r"\binvalid input syntax for (?:type )?(?:bigint|boolean|date|double|integer|jsonb?|numeric|text|timestamp|uuid)",
    r"\bcolumn \"[\w.]+\" (?:of relation|does not exist|is of type)",
    r"\bcurrent transaction is aborted\b",
    r"\\u0000 cannot be converted to text",
    r"\bYou have an error in your SQL syntax\b",
    r"\bDuplicate entry '[^'\n]{0,200}' for key\b",
    r"\bData too long for column '",
    r"\bIncorrect (?:string|integer|decimal|datetime) value: '",
    r"\bUnknown column '[^'\n]{1,100}' in\b",
    r"\b(?:UNIQUE|NOT NULL|CHECK|FOREIGN KEY|PRIMARY KEY) constraint failed\b",
    r"\bSQLITE_[A-Z]+\b",
    r"\bSQL logic error\b",
    r"\bno such table: \w",
    r"\bViolation of (?:UNIQUE|PRIMARY) KEY constraint\b",
    r"\bConversion failed when converting\b",
    r"\bString or binary data would be truncated\b",
    r"\bORA-\d{5}\b",
    # MongoDB, Redis, Elasticsearch, DynamoDB
    r"\bE11000 duplicate key\b",
    r"\bdup key: \{",
    r"\b(?:Mongo(?:Server|Network|Bulk\w*|Parse|Write\w*)?|BSON\w*)(?:Error|Exception)\b",
    r"\bThe dollar \(\$\) prefixed field\b",
    r"\bCast to \w+ failed for value\b",
    r"\bWRONGTYPE Operation against a key\b",
    r"\b(?:mapper_parsing|document_parsing|strict_dynamic_mapping|version_conflict_engine)_exception\b",
    r"\bparameter values were invalid: (?:An AttributeValue|Missing the key|Type mismatch)",
    r"\b(?:ConditionalCheckFailed|ProvisionedThroughputExceeded)Exception\b",
    # addresses of databases, and of servers behind the one that answers
    r"\b(?:postgres(?:ql)?(?:\+\w+)?|mysql(?:\+\w+)?|mongodb(?:\+srv)?|rediss?|amqps?)://",
    r"\bhost=\S{1,100} (?:user|port|dbname|database)=",
    r"\bdial tcp \S",
    r"\bconnect E[A-Z]{4,}\b|\bE(?:CONNREFUSED|CONNRESET|AI_AGAIN)\b",
)

_RUNTIMES = (
    # Python
    (
        r"\b(?:sqlite3|psycopg[23]?|pymongo|motor|sqlalchemy|asyncpg|aiomysql|pymysql|MySQLdb|redis|botocore|django|werkzeug|"
        r"starlette|elasticsearch|opensearchpy|peewee|tortoise|celery|kombu|grpc)\.[\w.]{0,80}(?:Error|Exception|errors)\b"
    ),
    r"'\w+' object (?:has no attribute '|is not (?:subscriptable|iterable|callable)|does not support item)",
    r"\b\w+\(\) (?:got an unexpected keyword argument|missing \d+ required positional|takes \d+ positional)",
    r"\bunhashable type: '",
    r"\bunsupported operand type\(s\) for\b",
    r"\bexpected string or bytes-like object\b",
    r"\b(?:list|string|tuple) indices must be integers or slices, not\b",
    r"\bObject of type \w+ is not JSON serializable\b",
    r"\bmaximum recursion depth exceeded (?:in comparison|while calling)\b",
    # Java, Kotlin and Scala
    r"\bjavax?\.(?:io|lang|math|net|persistence|sql|time|util|validation)\.[\w.$]{0,120}[A-Z]\w",
    r"\bjakarta\.(?:persistence|validation|servlet)\.[\w.$]{0,120}[A-Z]\w",
    r"\borg\.(?:apache|eclipse|hibernate|postgresql|springframework)\.[\w.$]{0,120}[A-Z]\w",
    r"\bcom\.(?:amazonaws|datastax|fasterxml|mongodb|mysql|zaxxer)\.[\w.$]{0,120}[A-Z]\w",
    r"\bnested exception is\b",
    r"\bCould not (?:execute statement|commit JPA transaction|open JPA EntityManager)\b",
    r"\bCannot deserialize (?:value|instance) of (?:type )?[`']",
    # Node.js and its libraries
    r"\bCannot (?:read|set) propert(?:y|ies) (?:'[^'\n]{1,80}' )?of (?:undefined|null)\b",
    r"\b\w{1,60}\.\w{1,60} is not a function\b",
    r"\bConverting circular structure to JSON\b",
    r"\bMaximum call stack size exceeded\b",
    r"\bInvalid `[\w.]{0,60}prisma[\w.]{0,60}\(\)` invocation\b",
    r"\b(?:PrismaClient\w+Error|Sequelize\w*Error|QueryFailedError)\b",
    # Go
    r"\bruntime error: (?:invalid memory address|index out of range|slice bounds|integer divide)",
    r"\binto Go (?:struct field|value)\b",
    r"\bsql: (?:no rows in result set|Scan error|converting argument)",
    r"\brpc error: code = \w",
    r"\bstrconv\.\w+: parsing\b",
    # Ruby
    r"\bundefined (?:local variable or )?method [`'‘]\w+[?!=]?['’] for\b",
    r"\b(?:ActiveRecord|ActionController|ActiveModel|PG|Mongoid|Sequel)::\w+",
    r"\bNoMethodError\b",
    # PHP
    r"\bUncaught (?:\w+\\)*\w*(?:Error|Exception)\b",
    r"\b(?:Illuminate|Symfony|Doctrine)\\[\w\\]+",
    r"\bUndefined (?:index|offset): |\bUndefined array key \"",
    r"\bArray to string conversion\b",
    r"\bArgument #\d+ \(\$\w+\) must be of type\b",
    # .NET
    r"\bSystem\.(?:[A-Z]\w{1,60}\.){0,6}\w{1,60}Exception\b",
    r"\bSystem\.(?:Boolean|DateTime|Int\d\d|Nullable|Object|String|Collections\.[\w.]+)\b",
    r"\b(?:Npgsql|MongoDB\.Driver|Newtonsoft\.Json|Microsoft\.(?:AspNetCore|EntityFrameworkCore|Data))\.\w+",
    r"\bObject reference not set to an instance of an object\b",
    # Rust
    r"\bcalled `(?:Option|Result)::(?:unwrap|expect)\(\)`",
    r"\b(?:diesel|sea_orm|serde_json|sqlx|tokio_postgres)::\w+",
)

INTERNALS = tuple(re.compile(pattern) for pattern in (*_TRACES, *_PATHS, *_QUERIES, *_DATABASES, *_RUNTIMES))
"""What shows the inside of a server: traces, paths, queries, and the words of databases, drivers and runtimes."""
