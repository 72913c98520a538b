"""Signals that need single students, or registers that are not kept here: they say what they wait for."""

from __future__ import annotations

from metrics.signals.signal import Family, Signal, Tier
from warehouse.text import Text

NEEDS_STUDENTS = "报表只有合计数，需要学生个人的学籍记录（{zh}）。"
NEEDS_STUDENTS_EN = "The forms hold totals only; it needs records of single students ({en})."


def _students(zh: str, en: str) -> Text:
    return Text(NEEDS_STUDENTS.format(zh=zh), NEEDS_STUDENTS_EN.format(en=en))


def _waiting(
    code: str, title: Text, question: Text, clears: Text, waits: Text, tier: Tier = Tier.HARD
) -> Signal:
    return Signal(
        code=code, title=title, question=question, family=Family.PERSONS, tier=tier, clears=clears, waits=waits
    )  # fmt: skip


DUPLICATE_PERSONS = _waiting(
    "A1",
    Text("重复学籍", "The same student twice"),
    Text("同一身份证件是否在多所学校、普高、技工或高校注册？", "Is one identity registered at several schools, or in general, technical or higher education?"),
    Text("核查名单并注销其中一处学籍。", "Check the list and cancel one of the registrations."),
    _students("证件号的杂凑值，以及义务教育、普高、技工、高校学籍名单", "hashed identity numbers, and the registers of other kinds of school"),
)  # fmt: skip
IMPOSSIBLE_PERSONS = _waiting(
    "A2",
    Text("证件或年龄不合理", "Impossible identity or age"),
    Text("证件号校验、出生日期和年龄是否成立？", "Do identity numbers, dates of birth and ages hold?"),
    Text("按户籍材料更正个人信息。", "Correct the personal data by the household register."),
    _students("证件号和出生日期", "identity numbers and dates of birth"),
)  # fmt: skip
LATE_RUSH = _waiting(
    "A3",
    Text("截止日前集中注册", "A rush of registrations before the day"),
    Text("11 月 20 日、4 月 20 日前五个工作日的注册是否异常集中？", "Do registrations pile up in the last five workdays before 20 November or 20 April?"),
    Text("提供录取名册和报到记录。", "Show the admission lists and the records of arrival."),
    _students("注册日期", "the day of each registration"), Tier.SOFT,
)  # fmt: skip
REGISTERED_LATE = _waiting(
    "A4",
    Text("逾期注册", "Registered too late"),
    Text("是否在截止日之后，或开学 20 个工作日之后注册？", "Was anybody registered after the day, or over 20 workdays after term began?"),
    Text("说明补注册的批准文件。", "Name the permission for late registration."),
    _students("注册日期", "the day of each registration"),
)  # fmt: skip
EMPTY_REGISTRATION = _waiting(
    "A5",
    Text("空挂学籍", "Registered but never seen"),
    Text("在籍而一学期无课程、考核、考勤、实习记录的学生占多少？", "How many registered students have no course, test, attendance or internship in a term?"),
    Text("提供考勤和成绩，或按规定注销。", "Show attendance and marks, or cancel the registration."),
    _students("课程、考核、考勤和实习记录", "courses, tests, attendance and internships"), Tier.GRADED,
)  # fmt: skip
LEAVING_AFTER_AID = _waiting(
    "A7",
    Text("发放资助后集中离校", "Leaving right after aid is paid"),
    Text("离校是否集中在资助发放日或统计时点之后？", "Do departures follow the day on which aid is paid or students are counted?"),
    Text("提供逐月异动审批材料。", "Show the monthly papers of departures."),
    _students("逐月异动日期和资助发放日期", "months of departures and days of payment"), Tier.SOFT,
)  # fmt: skip
ORIGIN_OF_ENTRANTS = _waiting(
    "A10",
    Text("生源异常集中", "Entrants from one place"),
    Text("招生是否超过县域初中毕业生规模，或集中于一个偏远县、一个教学点？", "Are there more entrants than the county has leavers, or do they all come from one remote county or teaching point?"),
    Text("提供录取名册和生源学校证明。", "Show the admission lists and confirmations of the schools they came from."),
    Text(
        "报表没有新生的生源地，也没有各县初中毕业生数；需要学籍中的生源地和义务教育的县级毕业生数。",
        "The forms do not ask where entrants come from, nor how many leave lower secondary school in each county; it needs both.",
    ),
    Tier.SOFT,
)  # fmt: skip
AID_BEYOND_MODEL = _waiting(
    "A11",
    Text("资助套取", "Aid that nobody is entitled to"),
    Text("受助比例是否远高于应受助范围，离校学生是否仍受助？", "Is far more aid drawn than students are entitled to, or for students who have left?"),
    Text("按受助名单逐人核对学籍状态。", "Compare the list of recipients with the status of each."),
    Text(
        "现行报表不收资助人数，需要资助系统的受助名单和学籍状态。",
        "The forms do not ask for recipients of aid; it needs the list of recipients and each one's status.",
    ),
)  # fmt: skip
SHARED_ACCOUNTS = _waiting(
    "A12",
    Text("多人同卡", "One card for many"),
    Text("是否多名学生共用银行卡、电话或监护人？", "Do many students share a card, a telephone or a guardian?"),
    Text("提供本人签领凭证。", "Show receipts signed by the students."),
    _students("发放卡号、电话和监护人的杂凑值", "hashed cards, telephones and guardians"),
)  # fmt: skip
WRONG_AMOUNTS = _waiting(
    "A13",
    Text("资助金额或月数不符", "Wrong amount or months of aid"),
    Text("金额是否在规定标准之内，月数是否多于在校月数？", "Is the amount one of those allowed, and are the months no more than those enrolled?"),
    Text("按文件标准更正并追回多发部分。", "Correct by the standard and recover what was paid too much."),
    _students("逐人资助金额和月数", "each one's amount and months"),
)  # fmt: skip
FURTHER_STUDY = _waiting(
    "A18",
    Text("升学名单不符", "Further study that no list confirms"),
    Text("报送的升学学生是否在高校录取名单中？", "Do those reported in further study stand in the lists of higher education?"),
    Text("提供录取通知书或学籍证明。", "Show letters of admission."),
    _students("升学学生名单与高校录取名单", "the names, and the lists of higher education"),
)  # fmt: skip
