import os, pathlib, pytest, re
from datetime import date
from playwright.sync_api import sync_playwright
from tools import chromium
from tests import factories

from accounts.models import Role
import accounts.commands, clock
from cases.models import *
OUT = pathlib.Path("/tmp/w/shots"); OUT.mkdir(exist_ok=True)
AXE = pathlib.Path("/work/main/node_modules/axe-core/axe.min.js").read_text()

@pytest.fixture(scope="module")
def browser():
    chromium.use_our_node()
    with sync_playwright() as p:
        b = p.chromium.launch(**chromium.launch_options())
        yield b
        b.close()

def axe(page, name, problems):
    found = page.evaluate(AXE + ";axe.run({runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']}).then(all => all.violations.map(v => [v.id, ...v.nodes.map(n => n.html.slice(0,200))]))")
    wide = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if found or not wide: problems.append((name, found, wide))
    page.screenshot(path=str(OUT / f"{name}.png"), full_page=True)

@pytest.mark.parametrize("width", [390, 1280])
def test_look(portal, browser, width, held_clock):
    team = factories.team(area=factories.area("NBC1"), name="Neighbourhood North")
    early = factories.team(name="Early help North")
    lead = factories.user(Role.LEAD_WORKER, name="Lena Holt", teams=(early,))
    sam = factories.user(Role.SUPERVISOR, name="Sam Field", username="sam")
    accounts.commands.post_duty("Duty sergeant", step=0, user=sam, by=factories.administrator())
    asha = factories.user(Role.OFFICER, name="Asha Rahman", username="asha", teams=(team,))
    robin = factories.child("Robin", "Example", born=date(2013,5,4)); robin.cautions="Dog at the address, not friendly"; robin.statutory_status="Child in need; social worker Jo Bell"; robin.safe_to_tell="Tell the grandmother only"; robin.save()
    factories.case(robin, lead_worker=lead, team=early)
    robyn = factories.child("Robyn", "Example", born=date(2013,5,4))
    problems=[]; errors=[]
    ctx = browser.new_context(base_url=portal, viewport={"width": width, "height": 844}); page = ctx.new_page(); page.set_default_timeout(8000)
    page.on("console", lambda m: errors.append(m.text) if m.type=="error" else None); page.on("pageerror", lambda e: errors.append(str(e)))
    page.goto("/contacts/new"); axe(page, f"{width}-signin", problems)
    page.get_by_label("User name").fill("asha"); page.get_by_label("Password", exact=True).fill("nope"); page.get_by_role("button", name="Sign in").click()
    axe(page, f"{width}-signin-wrong", problems)
    page.get_by_label("User name").fill("asha"); page.get_by_label("Password", exact=True).fill(factories.PASSWORD); page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/contacts/drafts/*"); page.wait_for_load_state("networkidle")
    axe(page, f"{width}-capture-empty", problems)
    page.get_by_label("First names").first.press_sequentially("Robin", delay=20); page.get_by_label("Surname").first.press_sequentially("Exampel", delay=20)
    page.locator("#id_child-0-date_of_birth-day").fill("4"); page.locator("#id_child-0-date_of_birth-month").fill("5"); page.locator("#id_child-0-date_of_birth-year").press_sequentially("2013")
    page.get_by_text("Is this one of these children?").wait_for()
    page.wait_for_timeout(1500)
    print("status:", page.locator("#child-0-found").inner_text(), "|", page.locator(".app-draft-status").inner_text())
    axe(page, f"{width}-capture-matches", problems)
    page.get_by_role("button", name="Add another child").click()
    page.wait_for_timeout(300)
    print("focus", page.evaluate("document.activeElement.id"))
    page.locator("#id_child-1-forenames").fill("Kit"); page.locator("#id_child-1-surname").fill("Example")
    page.get_by_label("What kind of contact is this?").select_option("Missing person")
    page.get_by_label("What happened?").fill("Found at the bus station, cold and hungry. Went with us for a hot drink.")
    page.wait_for_timeout(1200)
    page.get_by_role("group", name="Is the child safe now?").get_by_label("No", exact=True).check()
    page.get_by_label("Where?").fill("Bus station, stand 4")
    page.get_by_role("group", name="Who may know?").get_by_label("May be shared").check()
    page.screenshot(path=str(OUT / f"{width}-capture-viewport.png"))
    page.get_by_role("button", name="Log the contact").last.click()
    page.wait_for_timeout(1500)
    axe(page, f"{width}-capture-asks", problems)
    page.locator("#id_child-0-person").check()
    if page.locator("#id_child-1-person-none").count(): page.locator("#id_child-1-person-none").check()
    page.locator("#id_occurred_at-day").fill("31")
    page.get_by_role("button", name="Log the contact").last.click(); page.wait_for_selector(".govuk-error-summary")
    axe(page, f"{width}-capture-errors", problems)
    page.locator("#id_occurred_at-day").fill("24")
    page.get_by_role("button", name="Log the contact").last.click(); page.wait_for_url("**/complete"); page.wait_for_load_state("networkidle")
    axe(page, f"{width}-complete", problems)
    page.screenshot(path=str(OUT / f"{width}-complete-viewport.png"))
    page.get_by_label("Missing episode").first.check()
    page.get_by_text("Tick the strengths").first.click()
    page.get_by_label("Trusted adult outside the family").first.check()
    axe(page, f"{width}-complete-ticked", problems)
    page.get_by_role("button", name="Complete the contact").click(); page.wait_for_selector(".govuk-error-summary")
    axe(page, f"{width}-complete-errors", problems)
    for n in (0,1):
        page.get_by_role("group", name="What were they in this?").nth(n).get_by_label("At risk").check()
        page.get_by_label("What did they say or show?").nth(n).fill("I was hungry and nobody was at home.")
    page.get_by_text("Five short prompts").click(); page.get_by_label("Behaviour", exact=True).fill("Quiet, tired, polite")
    page.get_by_role("group", name="Did you tell the family?").get_by_label("Yes").check()
    page.get_by_role("group", name="What next?").get_by_label("Nothing more for now").check()
    page.get_by_role("button", name="Complete the contact").click(); page.get_by_role("link", name="You noticed").wait_for()
    axe(page, f"{width}-complete-why", problems)
    page.get_by_label("Why not refer?").fill("Lena has it in hand")
    page.get_by_role("button", name="Complete the contact").click(); page.wait_for_url(re.compile(r"/contacts/\d+$")); page.wait_for_load_state("networkidle")
    axe(page, f"{width}-contact", problems)
    from cases.models import Flag
    import cases.commands
    fs=list(Flag.objects.all())
    for f in fs: cases.commands.answer_flag(f, action="Taken home", by=sam)
    page.reload(); axe(page, f"{width}-contact-answered", problems)
    page.goto("/search"); axe(page, f"{width}-search", problems)
    page.get_by_label("First names").fill("Robin"); page.get_by_label("Surname").fill("Example"); page.get_by_role("button", name="Search").click()
    page.wait_for_load_state("networkidle"); axe(page, f"{width}-search-found", problems)
    for p in problems: print("PROBLEM", p)
    print("console", errors)
    ctx.close()
    assert not problems
