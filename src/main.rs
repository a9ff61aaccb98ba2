//! The thin binary: parse, run, exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    factmill::cli::main(std::env::args_os())
}
