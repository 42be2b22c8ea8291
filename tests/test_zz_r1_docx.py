from tests.test_posts import *
import io
from congress.models import *
def test_docx(app, client, session):
    places = Places(app, "plan_owner", at_province=True); sign_in(client)
    v = places.values["own"]; c = v["congress_id"]
    d = db.session.get(Delegate, v["delegate_id"])
    d.unit_text = "Xã \x1b\x08 =cmd|'/C calc'!A0 \ufffe"
    db.session.commit()
    bad = "=1+1 \x1b\x08 x"
    sit = db.session.get(Congress, c).sittings[0].id
    a = ask(client, "POST", f"/congress/{c}/reports/new", {"title": "own", "own_title": bad, "sitting": sit, "whose": "approved", "names": "y", "closing": bad})
    print(a)
    for e in ("", "/pdf", "/docx"):
        print(e, ask(client, "GET", a.location + e).status)
    p = ask(client, "POST", f"/congress/{c}/delegations/print", {"who": "everybody"}); print("dprint", p.status)
    p = ask(client, "POST", f"/congress/{c}/delegates/export", {"make": "1", "columns": ["name", "unit"]}); print("xlsx", p.status)
    p = ask(client, "POST", f"/congress/{c}/delegates/{v['delegate_id']}", {"name": bad, "component": "exemplar", "title": bad}); print("edit", p.status)
    db.session.rollback(); db.session.expire_all(); d = db.session.get(Delegate, v["delegate_id"]); print(repr(d.name), repr(d.title), repr(d.unit_text)); db.session.rollback()
    import json
    from PIL import Image
    for bad in ("\ud800", "\0"):
      r = client.http.post(f"/congress/{c}/checkin/scans", data=json.dumps({"sitting_id": sit, "scans": [{"token": bad, "nonce": bad, "at": bad}], "token": bad, "nonce": bad}), content_type="application/json", headers={"X-CSRFToken": client.csrf_token, "Accept": "application/json"}); print("scan", r.status_code, r.data[:200])
      r = client.http.post(f"/congress/{c}/checkin/scans", data=json.dumps({"sitting_id": sit, "scans": [{"token": "1"*23, "nonce": bad+"x", "at": "2025-03-20T01:00:00Z"}], "token": "1"*23, "nonce": bad+"abc"}), content_type="application/json", headers={"X-CSRFToken": client.csrf_token, "Accept": "application/json"}); print("scan", r.status_code, r.data[:200])
