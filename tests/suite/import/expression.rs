//! Expressions: GitHub's loose comparisons, operands as results, and what is decided around the unknown.

use cache_budget::import::expression::{Contexts, Decider, ExprValue, KeyPiece, Truth, Varying, expressions};

/// `known.x` is the text x, `some.thing` is unknown, `os` varies and is Linux now, anything else is null.
struct Example;

impl Contexts for Example {
    fn look_up(&self, path: &[String]) -> ExprValue {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        match path[..] {
            ["known", name] => ExprValue::fixed(name),
            ["some", ..] => ExprValue::Unknown(path.join(".")),
            ["os"] => ExprValue::varying(Varying::Named("os"), Some("Linux".into())),
            ["list"] => ExprValue::List(["a", "b"].map(ExprValue::fixed).to_vec()),
            ["objects"] => {
                let one = |name: &str| ExprValue::Object(vec![("name".into(), ExprValue::fixed(name))]);
                ExprValue::List(vec![one("x"), one("y")])
            }
            _ => ExprValue::Null,
        }
    }
}

fn value(expression: &str) -> ExprValue {
    Decider::default().value(expression, &Example)
}

fn truth(expression: &str) -> Truth {
    value(expression).truth()
}

#[test]
fn comparisons_are_loose_and_without_case() {
    let yes = [
        "null == ''",
        "unset == ''",
        "unset == 0",
        "false == ''",
        "'A' == 'a'",
        "1 == '1'",
        "true == 1",
        "'' == 0",
        "2 > '1'",
        "'b' > 'A'",
        "'10' == 10.0",
        "!''",
        "!0",
        "'false'",
        "list",
        "contains('Hello', 'ELL')",
        "contains(list, 'B')",
        "contains(objects.*.name, 'y')",
        "startsWith('Refs/tags', 'refs')",
        "endsWith('a.RS', '.rs')",
        "fromJSON('[1,2]')[1] == 2",
        "fromJSON('{\"a\": {\"b\": 3}}').A.b == 3",
        "case(false, 1, true, 2, 3) == 2",
        "case(false, 1, 3) == 3",
        "join(list, '-') == 'a-b'",
        "format('{1}{{{0}}}', 'x', 'y') == 'y{x}'",
        "success() && !failure() && !cancelled() && always()",
        "hashFiles('x') != ''",
        "os == 'linux'",
        "known.me == 'ME'",
    ];
    for expression in yes {
        assert_eq!(truth(expression), Truth::Yes, "{expression}");
    }
    for expression in
        ["'a' == 0", "'a' > 1", "unset", "0", "''", "false || null", "contains(list, 'c')", "'x' == null"]
    {
        assert_eq!(truth(expression), Truth::No, "{expression}");
    }
}

#[test]
fn what_is_decided_around_the_unknown_is_decided() {
    for expression in ["some.thing || true", "false || os", "!(some.thing && false)"] {
        assert_eq!(truth(expression), Truth::Yes, "{expression}");
    }
    for expression in ["some.thing && false", "false && some.thing", "some.thing && ''"] {
        assert_eq!(truth(expression), Truth::No, "{expression}");
    }
    for expression in [
        "some.thing",
        "some.thing == 'x'",
        "true && some.thing",
        "some.thing || 'x'",
        "some.thing && 'x' || 'y'",
    ] {
        assert_eq!(truth(expression), Truth::Maybe, "{expression}");
    }
}

#[test]
fn operators_return_their_operands() {
    assert_eq!(value("'' || 'b'"), ExprValue::fixed("b"));
    assert_eq!(value("'a' && 'b'"), ExprValue::fixed("b"));
    assert_eq!(value("null && 'b'"), ExprValue::Null);
    assert_eq!(value("os == 'linux' && '[\"a\"]' || '[]'"), ExprValue::fixed("[\"a\"]"));
}

#[test]
fn a_text_keeps_what_varies() {
    let text =
        Decider::default().text("${{ os }}-${{ hashFiles('a', 'b') }}-${{ some.thing }}-x", &Example).text();
    let varying: Vec<&Varying> = text.varyings().collect();
    let hash = Varying::Hash(vec!["a".into(), "b".into()]);
    assert_eq!(varying, [&Varying::Named("os"), &hash, &Varying::Unknown("some.thing".into())]);
    assert_eq!(text.pieces.last(), Some(&KeyPiece::Fixed("-x".into())));
    assert_eq!(text.known(), None);
    assert_eq!(Decider::default().text("a ${{ os }} b", &Example).known_text().as_deref(), Some("a Linux b"));
}

#[test]
fn braces_in_quotes_do_not_end_an_expression() {
    assert_eq!(expressions("a ${{ format('{0}}}', 1) }} ${{ b }} ${{ c"), [" format('{0}}}', 1) ", " b "]);
    assert_eq!(Decider::default().condition("${{ unset }} == ''", &Example), Truth::Yes);
    assert_eq!(Decider::default().condition("", &Example), Truth::Yes);
}

#[test]
fn hostile_expressions_are_unknown() {
    let nested = format!("{}1{}", "(".repeat(5_000), ")".repeat(5_000));
    let doubled =
        (0..40).fold("'0123456789'".to_owned(), |inner, _| format!("format('{{0}}{{0}}', {inner})"));
    let json = format!("fromJSON('{}')", "[".repeat(10_000));
    for expression in
        [nested, "!".repeat(20_000), doubled, json, "x".repeat(30_000), "a b".into(), String::new()]
    {
        assert_eq!(value(&expression).known_text(), None, "{}", &expression[..expression.len().min(60)]);
    }
}
