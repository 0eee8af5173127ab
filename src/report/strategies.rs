//! The catalogue of strategies, in every format. `cli strategies` prints it.

use crate::diagnostic::Style;
use crate::strategy::Strategy;
use serde::Serialize;

/// The strategies for a terminal: a paragraph each.
pub fn table(strategies: &[&Strategy], style: Style) -> String {
    let paragraph = |strategy: &&Strategy| {
        let lines = [
            style.bold(&call(strategy)),
            style.indented(&format!("{}. {}", strategy.title, strategy.summary)),
            style.indented(&format!("Edit: {}", strategy.edit)),
            style.indented(&format!("Evidence: {}", strategy.evidence)),
        ];
        lines.join("\n") + "\n"
    };
    strategies.iter().map(paragraph).collect::<Vec<_>>().join("\n")
}

/// The strategies as a JSON array.
pub fn json(strategies: &[&Strategy]) -> String {
    let rows: Vec<String> = strategies
        .iter()
        .map(|strategy| {
            serde_json::to_string(&StrategyRow::of(strategy)).expect("texts always have a JSON form")
        })
        .collect();
    format!("[\n  {}\n]\n", rows.join(",\n  "))
}

/// The strategies as CSV. The clients of a strategy are separated by spaces.
pub fn csv(strategies: &[&Strategy]) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let row = |strategy: &&Strategy| {
        let StrategyRow { name, title, summary, edit, evidence, applies_to, parameter } =
            StrategyRow::of(strategy);
        let texts = [name, title, summary, edit, evidence, &applies_to.join(" "), parameter.unwrap_or("")];
        texts.map(quoted).join(",") + "\n"
    };
    let rows: String = strategies.iter().map(row).collect();
    format!("name,title,summary,edit,evidence,applies_to,default\n{rows}")
}

/// The strategies as a Markdown table, for the reference.
pub fn markdown(strategies: &[&Strategy]) -> String {
    let cell = |text: &str| text.replace('|', "\\|").replace('<', "&lt;");
    let row = |strategy: &&Strategy| {
        let Strategy { summary, edit, evidence, .. } = strategy;
        let [summary, edit, evidence] = [summary, edit, evidence].map(|text| cell(text));
        format!("| `{}` | {summary} | {edit} | {evidence} |\n", call(strategy))
    };
    let rows: String = strategies.iter().map(row).collect();
    format!("| strategy | does | edit | evidence |\n|---|---|---|---|\n{rows}")
}

/// The strategy as written on the command line, with the default of its parameter.
fn call(strategy: &Strategy) -> String {
    let value = strategy.parameter.map(|parameter| format!("={}", parameter.default));
    format!("{}{}", strategy.name, value.unwrap_or_default())
}

#[derive(Serialize)]
struct StrategyRow {
    name: &'static str,
    title: &'static str,
    summary: &'static str,
    edit: &'static str,
    evidence: &'static str,
    applies_to: &'static [&'static str],
    /// The default of the value after `=`.
    #[serde(rename = "default", skip_serializing_if = "Option::is_none")]
    parameter: Option<&'static str>,
}

impl StrategyRow {
    fn of(strategy: &Strategy) -> StrategyRow {
        let Strategy { name, title, summary, edit, evidence, applies_to, .. } = *strategy;
        let parameter = strategy.parameter.map(|parameter| parameter.default);
        StrategyRow { name, title, summary, edit, evidence, applies_to, parameter }
    }
}
