//! A diagnosis as CSV: a row per part and thing, all in one table. Cells that do not apply are empty.

use crate::diagnostic::visible;
use crate::report::csv::safe;
use crate::result::Diagnosis;
use csv::Writer;

/// The columns.
const HEAD: [&str; 8] = ["part", "name", "client", "ref", "id", "entries", "bytes", "detail"];

/// One row: part, name, client, ref, id, entries, bytes, detail.
type Row<'a> = (&'a str, &'a str, &'a str, &'a str, Option<u64>, Option<u64>, u64, String);

/// All tables of a diagnosis.
pub fn csv(diagnosis: &Diagnosis) -> String {
    let mut table = Writer::from_writer(vec![]);
    table.write_record(HEAD).expect("memory can be written to");
    for (part, name, client, reference, id, entries, bytes, detail) in rows(diagnosis) {
        let texts = [name, client, reference, &detail].map(|text| safe(&visible(text)).into_owned());
        let [name, client, reference, detail] = texts;
        let shown = |number: Option<u64>| number.map_or(String::new(), |number| number.to_string());
        let row =
            [part, &name, &client, &reference, &shown(id), &shown(entries), &bytes.to_string(), &detail];
        table.write_record(row).expect("memory can be written to");
    }
    let text = table.into_inner().expect("memory can be written to");
    String::from_utf8(text).expect("its cells are text")
}

fn rows(diagnosis: &Diagnosis) -> Vec<Row<'_>> {
    let none = String::new;
    let sum = |part, bytes| (part, "", "", "", None, None, bytes, none());
    let mut rows: Vec<Row> = vec![
        ("usage", "", "", "", None, Some(diagnosis.entries), diagnosis.usage_bytes, none()),
        sum("limit", diagnosis.limit_bytes),
        sum("needed", diagnosis.needed_bytes),
        sum("unreachable", diagnosis.unreachable_bytes),
        sum("unreachable_low", diagnosis.unreachable_low_bytes),
        sum("unreachable_high", diagnosis.unreachable_high_bytes),
    ];
    let clients = diagnosis.clients.iter();
    rows.extend(clients.map(|of| ("client", "", &*of.client, "", None, Some(of.entries), of.bytes, none())));
    let refs = diagnosis.refs.iter();
    rows.extend(refs.map(|of| ("ref", "", "", &*of.r#ref, None, Some(of.entries), of.bytes, none())));
    rows.extend(diagnosis.families.iter().map(|of| {
        let detail = format!("newest_only_bytes={}", of.newest_only_bytes);
        ("family", &*of.family, &*of.client, "", None, Some(of.entries), of.bytes, detail)
    }));
    rows.extend(diagnosis.next_to_evict.iter().map(|of| {
        ("next_to_evict", &*of.key, "", &*of.r#ref, Some(of.id), None, of.bytes, of.reason.clone())
    }));
    rows.extend(diagnosis.findings.iter().map(|of| {
        let strategy = of.strategy.clone().unwrap_or_default();
        ("finding", &*of.slug, "", "", None, Some(of.entries), of.bytes, strategy)
    }));
    rows
}
