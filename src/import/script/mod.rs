//! What the script of a step writes into the outputs of its step, or into the environment of later ones, as far as its text alone says it: nothing is run. Known
//! are literal texts and variables, what `echo`, `printf` and here-documents make of them, and conditions that compare them.
//! What any other program would decide is not known. `found` asks.

mod command;
mod condition;
mod line;
mod parse;
mod printed;
mod reading;
mod word;

pub use line::written_values;
