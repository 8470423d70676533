namespace MiiWrap.Learning.Domain.Tests.Reflections.Privacy;

/// <summary>
/// Passages as learners write them, all made up. In those that could point to someone, each such place is marked {kind:text}. What the
/// checker misses or takes wrongly stays in here: the figures count it.
/// </summary>
internal static class Passages
{
    public const string Identifying =
        """
        Her mother asked me to ring back on {phone:312-555-0148} before the meeting.
        The worker left {phone:(773) 555-0199} on the whiteboard and nobody wiped it.
        I texted {phone:6145550123} twice and then stopped.
        He can be reached at {phone:+1 503 555 0177} after school.
        The crisis line they use is {phone:1-800-555-0100}, and I wrote it in my notes.
        Dad gave me {phone:555-0134} and said to use it any time.
        I saved her under {phone:(208)555-0162} so that I would not forget.
        My partner's cell is {phone:919.555.0186}, which is how we coordinated.
        We tried {phone:+44 20 7946 0958} because the grandmother lives abroad.
        The number is {phone:404 555 0139}, she told me, but only in the evening.
        Call {phone:216-555-0170} if the family does not turn up.
        I had {phone:2175550191} on a sticky note during the observation.
        The school counsellor's line, {phone:(512) 555-0143}, was busy all week.
        She repeated {phone:360-555-0128} slowly so that the youth could write it down.
        Someone had put {phone:+1 (617) 555-0115} into the plan itself.
        I rang {phone:720.555.0152} and rehearsed my opening while it rang.
        The office moved; it is {phone:801-555-0166} now.
        He answered from {phone:4055550188} and sounded tired.
        A friend of the family uses {phone:907-555-0121}.
        They print {phone:505 555 0195} on every letter.
        My cell is {phone:555 0147} if anybody reads this.
        I noted five five five, {phone:oh one four two}, which nobody else would understand.
        Please write to {email:mom.of.three@example.com} about the agenda.
        I sent the plan to {email:k.daniels@riverbend.example.org} by mistake.
        The team uses {email:team-blue+notes@example.net} as a shared box.
        Her address is {email:lucky_77@example.com}, she joked.
        It came back from {email:worker@county.example.gov} unread.
        I copied {email:j.ortega@school.example.edu} on the reminder.
        You can reach the dad: {email:BIGTRUCK@EXAMPLE.COM}.
        The facilitator wrote from {email:first.last@agency.example.co.uk} last night.
        I found {email:someone@example.io} at the bottom of the page.
        My reminder went to {email:a@b.example}, not to the team.
        She spells it {email:sunflower at example dot com}.
        Write to {email:grandma [at] example.org} and copy me.
        I kept {email:o'brien@example.com} out of the summary but not out of my head.
        Forwarded to {email:intake.desk@example.us} on the same day.
        The invite went to {email:x9.family@example.org} and to me.
        Reply to {email:peer-support@example.org} was never answered.
        His tag is {email:skater.kid (at) example.com} and everyone knows it.
        I wrote {email:parent@mail.example.org} into the margin.
        Ask {email:info@hope-house.example.org} for the calendar.
        Notes are with {email:t.w@example.health} now.
        The form showed {ssn:123-45-6789} at the top and I looked away too late.
        She read {ssn:219-09-9999} aloud in the waiting room.
        Social security number {ssn:078051120} was on the fax.
        They asked for the last four of her social, {ssn:4471}, in front of everyone.
        SSN {ssn:457 55 5462} stood in the referral.
        His SSN: {ssn:987654321} was already typed in.
        I saw {ssn:321-54-9876} on the screen share.
        The application had {ssn:601-12-3456} and a signature.
        My own social security is {ssn:212-34-5678} and I wrote it in the wrong box.
        The letter repeats {ssn:555-66-7777} three times.
        Her social is {ssn:444 33 2222}.
        On line two it said {ssn:111.22.3333}, with dots.
        MRN {record:00482913} was on the sticker.
        Case number {record:CPS-2024-00317} came up twice.
        I looked at file {record:A1234567} before I went in, which I regret.
        The plan lists Medicaid ID {record:XK4471209}.
        Court docket {record:24-JV-01187} set the tone of the meeting.
        Client #{record:20931} is how the system calls this family.
        I opened record no. {record:771204} out of curiosity.
        Her chart {record:MR-889-20417} lay on the table.
        The referral id {record:R55120} was in the subject line.
        Policy number {record:884120077} had run out, so the ride was cancelled.
        Intake {record:2027-004518} reached me late.
        They gave case {record:0098123} to a new worker.
        Inmate number {record:K20881} stood on the envelope.
        His student ID {record:9904512} unlocked the lockers.
        The number {record:0004417782} on the wristband was easy to read.
        License plate {record:7XYZ912} was in the incident notes.
        Incident report {record:IR-2027-0442} says it differently.
        Claim {record:WC4471882} is still open.
        They call it file number {record:55-201}.
        Member ID: {record:H20011987A} was refused at the desk.
        The folder says {record:TX-884-22190} and nothing else.
        We were told to quote authorization {record:PA77120045}.
        His badge no. {record:40-1187} hung from the mirror.
        The county assigned {record:CW220418} to them.
        I pasted {link:https://ehr.example.org/clients/48213/plan} into my notes.
        The plan is at {link:https://portal.example.com/view?case=771} for the team.
        See {link:http://records.example.gov/child/20931}, page two.
        I clicked {link:www.carenotes.example.com/p/00918273} during the call.
        The link {link:https://forms.example.org/r/3f2b9c1e-77aa-4d0e-9c1b-0a1b2c3d4e5f} opens without a password.
        They sent {link:https://video.example.com/j/98812345678} to everyone.
        Our folder is {link:drive.example.com/folders/1a2b3c4455667788} now.
        {link:https://school.example.edu/students/7741} shows the timetable.
        The referral came through {link:https://refer.example.org/?client_id=ab12} this time.
        I still have {link:https://app.example.io/family/3312?tab=notes} open.
        The map at {link:https://maps.example.com/?token=kq88} shows the visit.
        She showed me {link:https://social.example.com/user/448120} on her phone.
        He shared {link:https://pay.example.com/u/99120031/receipt} by accident.
        Someone posted {link:http://court.example.gov/docket/24118734} in the chat.
        I copied {link:https://ehr.example.org/youth/5120#goals} from the browser.
        The invite {link:https://meet.example.org/room/555120} worked for all.
        Look at {link:https://cloud.example.com/s?record=9} for the scan.
        The survey {link:https://survey.example.com/r/88120/thanks} counted it.
        We met on {date:March 3, 2027} in the library.
        The hearing is on {date:4/17/2027} and everybody is afraid of it.
        He was born on {date:12/02/2014}.
        {date:2027-01-19} was the day on which it turned.
        It happened on the {date:21st of February}, after lunch.
        The visit on {date:Feb. 9} went badly.
        Since {date:January 14th} nobody has slept.
        On {date:3/8} the mother walked out.
        The order ends {date:30 June 2027}.
        She moved in on {date:Sept 5} last year.
        His birthday, {date:November 22}, was the reason for the party.
        By {date:10-12-26} the plan was signed.
        DOB {date:07/04/2011} was on the form.
        Our last visit was {date:Tuesday, Oct 13th}.
        They lost the flat on {date:1 April 2026}.
        I observed the team on {date:2027/02/04}.
        The placement began {date:August 30, 2026} and ended in a week.
        It is due on the {date:twelfth of March}.
        He relapsed on {date:May 6th}, the day after the meeting.
        The adoption day was {date:December 18}.
        We have until {date:5.1.2027} to answer.
        On {date:June the third} we start again.
        They live at {address:418 Maple Street, Apt 3}, over the bakery.
        I parked in front of {address:22 W. Cedar Ave} for ten minutes.
        The visit was at {address:1709 Old Mill Road}.
        Mail goes to {address:P.O. Box 1182}.
        The shelter on {address:Harbor Street} was full.
        The family moved to {address:5 Birch Ln} in the autumn.
        She gave {address:905 NE 14th Ave} as her address.
        The house on {address:Willow Drive} has a blue door.
        Everything is sent to {address:Springfield, IL 62704}.
        We met at {address:77 Sunset Blvd}, at the back.
        His dad stays at {address:3300 County Highway}.
        They are staying on {address:Fifth Avenue} with a cousin.
        The office is {address:12 Court Place, Suite 200}.
        I walked with her to {address:640 South Pine Street}.
        She wrote {address:1450 Lakeview Terrace #12} on the card.
        The bus stops at {address:88 Elm St.} and so did we.
        ZIP code {address:80203} stood on the map.
        The apartment at {address:9 Kings Court} has no heat.
        He ran to the {address:corner of Oak and Third}.
        They lived on {address:Prairie Road} until the flood.
        I drove to {address:2100 E. 7th Street} and turned round.
        The new place is {address:31 Meadow Loop}, unit 4.
        Her great-grandmother is {age:94} and runs the house.
        The grandfather, {age:92 years old}, had the last word.
        A {age:97-year-old} aunt lives with them.
        Nana turned {age:91} that week.
        He cares for his mother, who is {age:ninety-three}.
        She is in {age:her nineties} and sharper than any of us.
        Grandpa will be {age:100} in spring.
        {age:Aged 95}, she still cooks for everybody.
        The neighbour was {age:90 years old} and opened the door.
        An elder, {age:aged 101}, began the meeting with a prayer.
        They planned her {age:95th birthday} in the meeting.
        She is {age:93 yo} and lives upstairs.
        A {age:ninety-year-old} uncle pays the rent.
        In {age:his late 90s} he adopted the boy's dog.
        His great-aunt, {age:102}, was in the room too.
        The matriarch is {age:96} and speaks last.
        Their grandmother, now {age:ninety-one}, wants to be heard.
        She had just turned {age:99}.
        At {age:91 y/o} he signs everything himself.
        The {age:centenarian} of the family gave the blessing.
        I asked {name:Maria} what she would keep.
        {name:Deshawn} looked at the table the whole time.
        {name:Mrs. Okafor} opened the meeting for us.
        I sat with {name:Tyler} after the others had left.
        {name:Keisha Brown} and I rehearsed it twice.
        The judge, {name:Dr. Lindqvist}, was kind.
        The {name:Hernandez} family had asked for that day.
        When {name:Xiomara} laughed, I relaxed.
        {name:Jamal's} mother sat beside me.
        I told {name:Grace} that I would wait.
        My colleague {name:May} wrote the notes.
        {name:Hope} said nothing until the end.
        The youth, named {name:Zephyr}, chose the room.
        {name:Coach Ramirez} joined us by phone.
        {name:Will} asked whether we could stop.
        I thanked {name:Rosalind} for her patience.
        We talked with {name:Faith} about the plan.
        {name:Jordan} wanted to draw instead.
        The worker, {name:Stephanie}, named it first.
        {name:Aunt Bettina} brought food for ten.
        I saw that {name:Luis} had not been asked.
        {name:Amir} and {name:Fatima} disagreed in front of us.
        His brother {name:Chance} left the room.
        {name:Ms. Whitehorse} knows the family best.
        {name:April} told me about the dog.
        It was {name:Kwame} who broke the silence.
        I call him {name:T.J.} here, as everybody does.
        {name:Oluwaseun} corrected how I said it.
        She goes by {name:Bubbles} with the team.
        {name:Officer Grady} waited outside.
        I gave the pen to {name:Dakota} and leaned back.
        {name:Tía Marisol} spoke for the children.
        {name:Miguel Ángel} was the first to smile.
        The {name:Thompson} kids played under the table.
        We all waited for {name:Priya}.
        My coachee {name:Brooke} tried the pause.
        {name:Mark} said that it felt like a test.
        I practised with {name:Nadia} in the car.
        {name:sarah} came late and nobody minded.
        {name:Big Mike} from the garage drove us.
        {name:Principal Duarte} had other plans.
        After that {name:Rose} wanted to go on.
        I watched {name:Elijah} map the room.
        {name:Linh} folded the paper in four.
        {name:Father Tom} knew the landlord.
        {name:Destiny's} teacher called it progress.
        {name:Anselm} took the chair by the door.
        {name:José} brought the chairs in.
        I asked {name:María Elena} before the others.
        {name:Zoë} and {name:Renée} sat apart.
        {name:MARIA} was on the board in capitals.
        the notes say that {name:sofia} wants to stop.
        {name:Ángel} laughed at my question.
        {name:Jürgen} drew the map again.
        My plan is to ask {name:LaToya} first.
        Ring {phone:(303) 555‑0142} tonight, they said.
        On the door stood {phone:303–555–0177}.
        The form says {ssn:219‑09‑9999} at the top.
        Write to {email:ana＠example.org} about it.
        """;

    public const string Harmless =
        """
        May was a hard month, and June was not much better.
        In May we changed how the meetings start.
        May I offer one thing that I saw?
        We may try it again before the next call.
        There was grace in how she said no.
        Grace under pressure is what the unit asks of us.
        Hope is not a plan, though it helps to have some.
        I hope that the pause was long enough.
        The Chicago method was new to me.
        Two of the five met the mark: 2 of 5.
        In week 12 we rehearse the whole conversation.
        She scored 3 on meaning and 2 on the next step.
        I counted 14 closed questions and 3 open ones.
        That makes 82 percent of my talking, which surprised me.
        The talk took 45 minutes instead of 30.
        Will I remember this on Thursday? I have my doubts.
        Will power is not the problem here.
        I will ask for two ideas before I offer one.
        Mark the moment at which you stopped listening.
        The mark of a good question is a long answer.
        April showers did not stop the home visits.
        By April the plan should be shorter.
        From June to August nobody answers mails.
        Summer is quiet in our agency.
        Rose to the occasion, as they say.
        My confidence rose after the second rehearsal.
        Faith in the process was low that day.
        I took it on faith that she would call.
        Joy came back into the room with the drawing.
        The joy of it was that I said nothing.
        Dawn was breaking when I finished the notes.
        It dawned on me that I had been persuading.
        The Miles framework names four phases.
        We drove for miles to get there.
        Art was on every wall of the youth's room.
        The art of it is waiting.
        I was frank about what I had seen.
        The bill for the taxi was the real barrier.
        He chose to chase the detail and lost the point.
        The grant ends this year, and everyone knows.
        A pat answer would have been easier.
        I had a gut feeling about the parker meter.
        The page in my notebook is full.
        Rich detail, little meaning: that was my first draft.
        Jack of all trades describes our role well.
        A major change for me is the silence.
        Patience was the skill of the day.
        Charity is not what the family wants from us.
        Mercy had nothing to do with it; I was tired.
        Harmony is not the aim of a team meeting.
        Justice, for this family, means being asked first.
        Liberty to say no matters more than the plan.
        A ray of light: the father spoke.
        The guy from the garage would say it better.
        Autumn leaves were the theme of the drawing.
        Winter is when the families are hardest to reach.
        Sunny days make visits easier.
        Sandy shoes told me where they had been.
        We met in Austin for the training.
        Georgia and Virginia run it differently.
        Our state looked at Phoenix for a model.
        Jordan is where the river runs in the song we used.
        Savannah hosted the conference on wraparound.
        The Dallas model did not fit our county.
        Miller and Rollnick write about spirit.
        Saks & Belcourt (2006) say something else.
        Joyce & Showers (2002) is quoted too often.
        Schwalbe et al. found that skill fades.
        Kember (2008) names four levels.
        I read Kolb (1984) again and drew the circle.
        Gibbs has six stages and I used three.
        Martin et al. call it the righting reflex.
        Driscoll's what, so what, now what helped me.
        Kirkpatrick has four levels; I stopped at two.
        The Johns model of reflection has more questions.
        Casey Foundation papers are free to read.
        Saint Paul is where the idea began.
        Our reader quotes Ryan & Deci on autonomy.
        Schön writes about reflection in action.
        The MITI 4.2.1 manual counts complex reflections.
        WFI-EZ has 37 items and takes 10 minutes.
        Version 2.1.10 of the form is shorter.
        Items 4.1 to 4.4 belong together.
        The scale runs from 0 to 3.
        A score of 3-2-1 means the trend goes down.
        I gave it 7/10 at first and 5/10 after listening.
        About 1/3 of the time I was explaining.
        The team meets 24/7, or so it feels.
        50/50 is what we agreed on for talking time.
        Between 150 and 400 words is the guide.
        It was a 10-15 minute rehearsal.
        The ratio moved from 1:1 to 2:1.
        We have 12 teams, 4 coaches and 1 printer.
        Out of 1,250 words half were mine.
        The budget of $12,500 was never mentioned.
        It cost $1,204,500 in the first year.
        They planned for 2026-2027 and ran out in a month.
        In 2027 the county changes its forms.
        Back in March 2027 I would have said more.
        Fall 2026 was when the training started.
        At 9:30 I had said everything I wanted to say.
        The meeting was from 3 to 4:15 in the afternoon.
        Day 30 and day 90 are when the questions come.
        Step 3 of 4 is the hardest for me.
        Chapter 12, page 104, has the example.
        Unit 1.4 asked for an agreement.
        Section 8 housing took all the air in the room.
        Title 19 rules came up again.
        Rule 5.3 says that a revision names a criterion.
        I counted to 10 before I spoke.
        Room 204 is too small for a team of eleven.
        The bus 66 is always late.
        Form 1040 was the parents' worry, not ours.
        We used 3x5 cards and a timer.
        Case 2 of 5 was the one that moved me.
        The case study on page 40000 does not exist, of course.
        A case in point: nobody asked the youth.
        The file is open, and so is the question.
        On file there is little about what they like.
        I kept no record of the talk.
        For the record, I talked too much.
        The record for silence is 41 seconds.
        A chart with 4 columns helped us.
        The report 2026 is on the shelf.
        Report back to the group in week 6.
        My referral to myself is: ask first.
        Account for your time honestly, it said.
        The policy from 2019 still holds.
        Members 1 to 6 sit on the left.
        An incident made me think about tone.
        The license to be curious is what I took home.
        Intake happens on Tuesdays.
        A client-centred tone is easier written than done.
        Badge or no badge, I am a guest there.
        Claim 1 of the text is that training fades.
        The patient answer is often the short one.
        Student coaches watch twice before they coach.
        I read https://www.vroonvdb.com/the-coaching-gap-why-training-fails-without-it twice.
        The paper is at https://doi.org/10.3389/fpsyg.2022.890579 for those who want it.
        See https://pmc.ncbi.nlm.nih.gov/articles/PMC9461167/ for the table.
        Our handbook is at https://example.org/handbook/coaching.
        A blog post, https://example.com/2023/05/19/listening-first, put it well.
        I found www.example.org/oars useful.
        The video at https://example.com/watch shows a pause.
        https://example.org/units/1.4-coaching-agreement is the unit that I mean.
        Our page example.org/about says who we are.
        The and/or in the plan confused everyone.
        He/she was the wording of the old form.
        I mailed the agenda the day before.
        At example dot com style jokes the team laughed.
        Write @ me in the chat, they said.
        The 5 @ 3 rule is five minutes at three o'clock.
        Meet them where they are at, dot dot dot.
        Her age does not matter here; she is a grandparent.
        The youth is 16 and wants a job.
        At 89 years old he still drives, and that is the story.
        People aged 90 or older are grouped in the statistics.
        It was 95 degrees in the car.
        She is 90 percent sure, and so am I.
        It was 98 minutes before anyone mentioned the dog.
        He is 95 % done with the course.
        They were 92 points ahead in the game we played.
        The 90s music in the lobby helped.
        In the nineties nobody would have asked.
        It has been 96 hours since the visit.
        She was 94 pages into the binder.
        Over 100 families are waiting.
        Ninety minutes is too long for a meeting.
        A hundred times I have told myself to wait.
        A three-year-old sat on my lap.
        The team is two years old.
        We are a nine-year-old programme.
        The family lives above a shop in the old town.
        Main street businesses gave the food.
        I walked down the street to think.
        It is a two-way street, she said.
        12 families came to the open house.
        3 Drive-through dinners in one week tell a story.
        5 Family Court hearings in one month is a lot.
        The 4 Family Circle groups met at once.
        The school is on the way to the office.
        By the way, nobody asked.
        The court was patient with us.
        On the road to the visit I rehearsed.
        We took the long way and talked.
        There is no place like the kitchen table.
        100 ways to ask the same question is the title.
        The box on the form was too small.
        PO stands for purchase order here.
        Apartment life is loud, they said.
        The unit 4 text was about feedback.
        The coaching family of skills is wide.
        The whole family sat down together.
        The foster family asked for the plan in writing.
        The Native family traditions of the area came up in the training.
        The Wraparound family is a phrase I dislike.
        The Spanish household was a term on the old form.
        Our Parent Partner led the talk.
        The Youth Partner opened with a joke.
        The Lead Coach reads these.
        A Care Coordinator joined for the first part.
        The Family Voice principle came alive.
        I used OARS and then forgot the S.
        The Child and Family Team has nine people.
        Motivational Interviewing asks me to slow down.
        The Department sent a template.
        Medicaid rules took a third of the meeting.
        A Title IV-E worker joined by video.
        God was mentioned, and nobody knew what to say.
        The Bible verse on the wall was about rest.
        English is their second language.
        Spanish was spoken for most of it.
        The Thanksgiving break came too early.
        Every Monday I plan one question.
        On Friday the silence was different.
        The Tuesday team is the loud one.
        I called it a draw.
        He called back, and we went on.
        They nicknamed the plan the tower.
        Her name is not mine to write here.
        The mother said that she felt seen.
        The grandfather laughed and the room eased.
        My supervisor asked what I would try.
        A coach told me to count to three.
        A sister and two brothers were at the table.
        The judge was kind to everybody.
        The aunt brought food for ten.
        The doctor had left a message with the team.
        I asked permission before I gave advice.
        If I hear myself persuade, then I will ask one question instead.
        The room was small and the chairs were in a row.
        we tried hope, grace and a will of iron.
        the ADA says so, and so does my supervisor.
        Don't ask twice; wait.
        Between 300–1200 words was my first draft.
        There are roman numerals on the page, and a mason jar beside it.
        we met at noon – six of us – and left at one.
        Résumé in hand, the father came early.
        The naïve question worked best.
        My mike was off for the first half.
        He was at max two minutes late.
        I read pages 200–1250 in one night.
        The social part of the evening in 2026 was short.
        a patty, a sherry and a long talk
        """;
}
