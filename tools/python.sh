# What ./conform and ./check share: a Python that is new enough, and a virtual environment made with it.

# Print the first Python of 3.11 or newer; name the script that needs it in the one line that says there is none.
python_for() {
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    found=$("${PYTHON:-python3}" --version 2>/dev/null) || found="no ${PYTHON:-python3}"
    echo "$1: needs Python 3.11 or newer, and here is $found: install one, or name it with PYTHON=..." >&2
    return 1
}

# Make the virtual environment $3 with the Python $1 for the script $2, and install what follows into it.
set_up() {
    python=$1 script=$2 environment=$3
    shift 3
    log=$(mktemp)
    echo "$script: the first time, it makes a virtual environment (${environment##*/}): that takes about half a minute" >&2
    test -e "$environment" && begun=no || begun=yes
    # Settings of pip that lead elsewhere would leave the environment empty.
    if "$python" -m venv "$environment" >"$log" 2>&1 && env -u PIP_USER -u PIP_TARGET -u PIP_PREFIX -u PIP_ROOT \
        "$environment/bin/pip" install --quiet "$@" >>"$log" 2>&1; then
        rm -f "$log"
        return
    fi
    test "$begun" = no || rm -rf "$environment"
    echo "$script: its virtual environment could not be made: $(grep -v '^$' "$log" | tail -n 1) (all of it: $log)" >&2
    return 1
}
