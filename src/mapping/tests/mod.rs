//! Tests of the whole engine: mapping text in, statements out.

mod engine;
mod memory;
mod modules;
mod twins;
