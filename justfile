# The everyday commands for those who have `just`; each is a cargo command that works without it.

# Lists the commands.
default:
    @cargo xtask

# Starts the demo at http://127.0.0.1:8080/ with a fresh temporary database.
demo *ARGS:
    cargo run --release -- demo {{ ARGS }}

# Runs everything CI runs, or the named suites only.
test *SUITES:
    cargo xtask test {{ SUITES }}

# Formatting and clippy.
lint:
    cargo xtask lint

# The house rules clippy cannot see.
tidy:
    cargo xtask tidy

# Kills the server under load and checks what it promised, ROUNDS times.
crash ROUNDS="100":
    cargo xtask crash --rounds {{ ROUNDS }}

# Measures the server, built with the profile dist, with the load generator, five fresh runs.
bench *ARGS:
    cargo xtask bench {{ ARGS }}

# Starts a private PostgreSQL and prints its address.
pg:
    cargo xtask pg
