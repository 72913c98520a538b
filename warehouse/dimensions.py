"""The conformed dimensions: code lists that several forms share."""

from __future__ import annotations

from warehouse.codes import codes

GRADE = codes(
    "grade",
    _1=("一年级", "Grade 1", "1年级", "中一"),
    _2=("二年级", "Grade 2", "2年级", "中二"),
    _3=("三年级", "Grade 3", "3年级", "中三"),
    _4=("四年级及以上", "Grade 4 and above", "四年级", "四年级以上", "4年级"),
)
SEX = codes("sex", _1=("男", "Male", "男性", "m"), _2=("女", "Female", "女性", "f"))
UNIT_KIND = codes(
    "unit_kind",
    school=("学校", "School", "中等职业学校"),
    attached=("附设中职班", "Attached classes", "附设班"),
)
SCHOOL_TYPE = codes(
    "school_type",
    general=("普通中等专业学校", "Regular specialised school", "普通中专"),
    adult=("成人中等专业学校", "Adult specialised school", "成人中专"),
    senior=("职业高中学校", "Vocational senior school", "职业高中", "职高"),
    other=("其他中职机构", "Other institution"),
    attached=("附设中职班", "Attached classes"),
)
SPONSOR = codes(
    "sponsor",
    central=("中央部门", "Central department"),
    education=("地方教育部门", "Local education department", "教育部门"),
    department=("地方其他部门", "Other local department", "其他部门"),
    enterprise=("地方企业", "Local enterprise"),
    private=("民办", "Private"),
    joint=("中外合作办", "Sino-foreign"),
)
OWNERSHIP = codes("ownership", public=("公办", "Public"), private=("民办", "Private"))
SCHOOL_CLASS = codes(
    "school_class",
    general=("一般类", "General"),
    arts=("艺术类", "Arts"),
    remote=("边远脱贫地区", "Remote area lifted from poverty"),
)
SETTING = codes(
    "setting", city=("城区", "City"), town=("镇区", "Town"), village=("乡村", "Village")
)
STAFF_TYPE = codes(
    "staff_type",
    full_time=("专任教师", "Full-time teachers"),
    part_time=("校外兼职教师", "Part-time teachers from outside", "校外教师", "兼职教师"),
    management=("行政人员", "Management"),
    support=("教辅人员", "Teaching support"),
    service=("工勤人员", "Service workers"),
)
TITLE = codes(
    "title",
    senior=("正高级", "Senior"),
    associate=("副高级", "Associate senior"),
    middle=("中级", "Middle"),
    junior=("初级", "Junior"),
    none=("未定职级", "No title", "无职称"),
)
INTERNSHIP_KIND = codes(
    "internship_kind",
    observation=("认识实习", "Observation", "认识"),
    post=("岗位实习", "Post internship", "岗位", "顶岗实习"),
)
YES_NO = codes("yes_no", yes=("是", "Yes", "1"), no=("否", "No", "0"))
