//! What the classes of paths stand for that a job asks for by the outputs of a path-filter action
//! (`dorny/paths-filter`): its filters, under the names of the outputs that hand them on.

use crate::import::workflow::WorkflowFile;
use crate::import::yaml::YamlNode;
use std::collections::BTreeMap;

/// The patterns of each filter of a workflow, by the name of the output.
pub(super) fn filters(file: &WorkflowFile) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    for job in &file.jobs {
        let mut own: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for step in job.steps() {
            let is_filter = step.text_of("uses").is_some_and(|uses| uses.starts_with("dorny/paths-filter@"));
            if let Some(text) =
                step.get("with").filter(|_| is_filter).and_then(|with| with.text_of("filters"))
            {
                own.extend(of_text(&text));
            }
        }
        for (name, node) in job.node.get("outputs").map(YamlNode::map).unwrap_or_default() {
            let text = node.text().unwrap_or_default();
            let output = text.split(".outputs.").nth(1).unwrap_or_default();
            let end =
                output.find(|c: char| !c.is_alphanumeric() && !"-_".contains(c)).unwrap_or(output.len());
            if let Some(patterns) = own.get(&output[..end]) {
                found.insert(name.clone(), patterns.clone());
            }
        }
    }
    found
}

/// The filters of the action's text. A predicate such as `added|modified: '**'` is not one of files alone.
fn of_text(text: &str) -> BTreeMap<String, Vec<String>> {
    let Ok(root) = YamlNode::read(text) else { return BTreeMap::new() };
    let patterns = |(name, node): &(String, YamlNode)| {
        let mut patterns = Vec::new();
        texts(node, &mut patterns).then(|| (name.clone(), patterns))
    };
    root.map().iter().filter_map(patterns).collect()
}

/// The texts of a list and of the lists in it; false if there is something else.
fn texts(node: &YamlNode, found: &mut Vec<String>) -> bool {
    match node.text() {
        Some(text) => {
            found.push(text);
            true
        }
        None => !node.list().is_empty() && node.list().iter().all(|item| texts(item, found)),
    }
}
