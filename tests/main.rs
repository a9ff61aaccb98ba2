//! The tests that run the real binary on real inputs, one module a topic.

#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod canonical;
#[cfg(test)]
mod codes;
#[cfg(test)]
mod conflicts;
#[cfg(test)]
mod contradictions;
#[cfg(test)]
mod coverage;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod export;
#[cfg(test)]
mod facts;
#[cfg(test)]
mod federation;
#[cfg(test)]
mod first_steps;
#[cfg(test)]
pub mod fuzz_smoke;
#[cfg(test)]
mod incremental;
#[cfg(test)]
mod map;
#[cfg(test)]
mod new_items;
#[cfg(test)]
mod online;
#[cfg(test)]
mod parties;
#[cfg(test)]
mod provenance;
#[cfg(test)]
mod queries;
#[cfg(test)]
mod readme;
#[cfg(test)]
mod removal;
#[cfg(test)]
mod rml_readers;
#[cfg(test)]
mod rml_rules;
#[cfg(test)]
mod rml_slips;
#[cfg(test)]
mod rml_suites;
#[cfg(test)]
mod rml_tables;
#[cfg(test)]
mod second_article;
#[cfg(test)]
mod serve;
#[cfg(test)]
mod support;
#[cfg(test)]
mod walls;
#[cfg(test)]
mod why;
#[cfg(test)]
mod wikidata;
