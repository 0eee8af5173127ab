//! Links between pages.

use super::{name, pages, text};

/// The targets of `[text](target)`.
fn targets(text: &str) -> Vec<&str> {
    let pieces = text.split("](").skip(1);
    pieces.filter_map(|piece| piece.split_once(')').map(|(target, _)| target)).collect()
}

#[test]
fn every_relative_link_leads_to_a_file() {
    let mut broken = Vec::new();
    for page in pages() {
        let folder = page.parent().expect("a folder").to_owned();
        let text = text(&page);
        let outside = |target: &&str| target.contains("://") || target.starts_with('#');
        for target in targets(&text).into_iter().filter(|target| !outside(target)) {
            let file = target.split('#').next().expect("a first part");
            if !folder.join(file).exists() {
                broken.push(format!("{} → {target}", name(&page)));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}
