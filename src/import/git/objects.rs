//! The objects that [`Git`] reads itself: the files of a commit, the contents of files, and the times of tags.

use super::{Git, GitFailure, ObjectName};

/// A file of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitFile {
    /// Its path, with `/`.
    pub path: String,
    /// Its content.
    pub object: ObjectName,
}

/// The files of a commit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CommitFiles {
    /// The plain files.
    pub files: Vec<CommitFile>,
    /// The paths of links and of other repositories (submodules), which are not followed.
    pub not_followed: Vec<String>,
    /// True if there are more than the limit allows.
    pub is_cut: bool,
}

impl Git {
    /// The files of a commit, in the order of their paths.
    ///
    /// # Errors
    /// If the commit cannot be read.
    pub fn files(&self, commit: &ObjectName) -> Result<CommitFiles, GitFailure> {
        let output = self.output(&["ls-tree", "-r", "-z", "--full-tree", commit.text(), "--"], Vec::new())?;
        let mut all = CommitFiles { is_cut: output.is_cut, ..CommitFiles::default() };
        let mut records: Vec<&[u8]> = output.bytes.split(|byte| *byte == 0).collect();
        // What follows the last NUL is nothing, or cut off.
        records.pop();
        for record in records {
            let text = String::from_utf8_lossy(record);
            let Some((head, path)) = text.split_once('\t') else { continue };
            let mut words = head.split(' ');
            let (mode, object) = (words.next().unwrap_or_default(), words.nth(1));
            match object.and_then(ObjectName::new) {
                Some(object) if mode.starts_with("100") => {
                    all.files.push(CommitFile { path: path.to_owned(), object });
                }
                _ => all.not_followed.push(path.to_owned()),
            }
        }
        Ok(all)
    }

    /// The contents of objects, in their order; `None` for those that are missing or beyond the limit.
    ///
    /// # Errors
    /// If `git` cannot be run.
    pub fn contents(&self, objects: &[&ObjectName]) -> Result<Vec<Option<Vec<u8>>>, GitFailure> {
        let input: String = objects.iter().map(|object| format!("{}\n", object.text())).collect();
        let output = self.output(&["cat-file", "--batch"], input.into_bytes())?;
        let mut rest = output.bytes.as_slice();
        Ok(objects.iter().map(|_| batch_content(&mut rest)).collect())
    }
}

/// The next content of `git cat-file --batch`: a head with its length, the content, and a line break.
fn batch_content(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let (head, after) = rest.split_at(end);
    *rest = &after[1..];
    let head = String::from_utf8_lossy(head);
    let length: usize = head.rsplit(' ').next()?.parse().ok()?;
    let content = rest.get(..length).map(<[u8]>::to_vec);
    *rest = rest.get(length + 1..).unwrap_or_default();
    content
}
