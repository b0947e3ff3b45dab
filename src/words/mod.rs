//! Every text for people, in one place; a second language is one more file beside `en.rs`.

mod differences;
mod en;
mod en_code;
mod en_gate;
mod en_why;
mod en_work;
mod errors;
mod fill;

pub use differences::changed_text;
pub use en::{EN, Words};
pub use en_code::{CODE_EN, CodeWords, EXPORT_EN, ExportWords, SCRIPT};
pub use en_gate::{GATE_EN, GateWords};
pub use en_why::{WHY_EN, WhyWords};
pub use en_work::{WORK_EN, WorkWords};
pub use errors::error_text;
pub use fill::{Bit, bits, brief, fill, fill_marked, in_a_row, plain};

/// The texts of plans and screens, in the language in use.
pub fn words() -> &'static Words {
    &EN
}

/// The texts of the screen "As code".
pub fn code_words() -> &'static CodeWords {
    &CODE_EN
}

/// The texts of exports.
pub fn export_words() -> &'static ExportWords {
    &EXPORT_EN
}

/// The texts of "Verify" for a gate.
pub fn gate_words() -> &'static GateWords {
    &GATE_EN
}

/// The texts of half-made and broken gates.
pub fn why_words() -> &'static WhyWords {
    &WHY_EN
}

/// The texts that the worker needs too.
pub fn work_words() -> &'static WorkWords {
    &WORK_EN
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_text_ends_what_it_begins() {
        let all = super::en::ALL.iter().chain(super::en_work::ALL_WORK);
        for (name, text) in all
            .chain(super::en_gate::ALL_GATE)
            .chain(super::en_why::ALL_WHY)
            .chain(super::en_code::ALL_EXPORT)
            .chain(super::en_code::ALL_CODE)
        {
            assert_eq!(text.matches('{').count(), text.matches('}').count(), "{name}");
            assert!(!text.contains("  ") && text.trim() == *text && !text.is_empty(), "{name}");
        }
    }
}
