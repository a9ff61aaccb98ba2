//! The tests that run the real binary on real inputs, one module a topic.

mod bad_input;
mod codes;
mod demo;
mod export;
mod facts;
mod queries;
mod readme;
mod removal;
mod second_article;
mod support;
mod walls;
mod why;
