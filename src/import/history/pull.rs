//! The number of the pull request that a commit of the default branch merged, from the commit's first line.

/// The number: `Title (#12)` of a squash, `Merge pull request #12 from …` of a merge, and what merge bots write
/// (`Merge #12`, `Auto merge of #12 - …`). `None` if it names none.
pub fn pull_number(subject: &str) -> Option<u32> {
    let merge = ["Merge pull request #", "Auto merge of #", "Merge #", "Merged PR #"];
    let merged = merge.iter().find_map(|start| subject.strip_prefix(start)).and_then(leading_number);
    merged.or_else(|| {
        let (_, last) = subject.trim_end().strip_suffix(')')?.rsplit_once("(#")?;
        leading_number(last).filter(|_| last.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

fn leading_number(text: &str) -> Option<u32> {
    let digits = text.len() - text.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    text[..digits].parse().ok().filter(|number| *number > 0)
}
