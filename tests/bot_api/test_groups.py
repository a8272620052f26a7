"""Groups of the tests' Telegram: privacy mode, topics and supergroups."""

import pytest

from tests.bot_api import BotApi, Person
from tests.bot_api.bot_client import Bot

pytestmark = pytest.mark.anyio


async def test_privacy_mode_delivers_messages_meant_for_the_bot(api: BotApi, bot: Bot, reader: Person) -> None:
    group = api.group("值班群", [reader])
    sent = await bot.ok("sendMessage", chat_id=group.id, text="我在")
    own = api.sent[0]
    assert own.id == sent["message_id"]
    for text in ("/ask 台风", "/ask台风", "/ask@NewsQABot 台风", "/ask@NewsQABot台风", "好 /ask@newsqabot"):
        assert (await api.send(group, reader, text)).delivered, text
    for text in ("台风", "@NewsQABot 台风", "/ask@OtherBot 台风", "请 /ask"):
        assert not (await api.send(group, reader, text)).delivered, text
    assert not (await api.send(group, reader, kind="photo")).delivered
    assert not (await api.send(group, reader, photo=True, caption="台风")).delivered
    assert (await api.send(group, reader, "那深圳呢？", reply_to=own)).delivered
    assert not (await api.send(group, reader, "嗯", reply_to=await api.send(group, reader, "啊"))).delivered
    assert (await api.send(group, reader, "台风", via_bot=True)).delivered
    assert api.service(group, reader, new_chat_members=[reader.user()]).delivered
    api.bot_becomes(group, "administrator", reader)
    assert (await api.send(group, reader, "台风")).delivered
    assert (await api.send(api.group("公开群", privacy=False), reader, "台风")).delivered
    api.bot_becomes(group, "kicked", reader)
    assert not (await api.send(group, reader, "/ask 台风")).delivered
    assert await bot.updates()


async def test_an_answer_stays_in_its_topic(api: BotApi, bot: Bot, reader: Person) -> None:
    group = api.group("值班群", [reader], topics=True)
    topic = api.topic(group, "财经", reader)
    question = await api.send(group, reader, "/ask 台风", topic=topic)
    assert question.topic == topic
    text = {"chat_id": group.id, "text": "答"}
    await bot.ok("sendMessage", **text, reply_parameters={"message_id": question.id})
    await bot.ok("sendMessage", **text, message_thread_id=topic, reply_parameters={"message_id": question.id})
    await bot.ok("sendMessage", **text, message_thread_id=topic)
    await bot.ok("sendMessage", **text)
    assert [message.topic for message in api.sent] == [topic, topic, topic, None]
    # Telegram says that a message in a topic that answers no other answers the topic's start.
    assert [message.reply_to for message in api.sent] == [question.id, question.id, topic, None]
    refusal = await bot.refused("sendMessage", **text, message_thread_id=question.id)
    assert refusal == "Bad Request: message thread not found"


async def test_messages_on_behalf_of_a_chat_come_from_telegrams_own_accounts(
    api: BotApi, bot: Bot, reader: Person
) -> None:
    group, channel = api.group("值班群", [reader], privacy=False), api.channel("兰州晚报")
    await api.send(group, reader, "匿名", anonymous=True)
    await api.send(group, reader, "频道", as_channel=channel)
    await api.send(group, None, "转发", automatic_from=channel)
    post = await api.send(channel, None, "发布")
    await api.edit(post, "更正")
    updates = await bot.updates()
    messages = [next(value for name, value in update.items() if name != "update_id") for update in updates]
    assert [message.get("from", {}).get("id") for message in messages] == [1087968824, 136817688, 777000, None, None]
    assert [message["sender_chat"]["id"] for message in messages] == [group.id, *[channel.id] * 4]
    assert messages[2]["is_automatic_forward"]
    assert ["channel_post" in updates[3], "edited_channel_post" in updates[4]] == [True, True]


async def test_a_migrated_group_names_its_supergroup(api: BotApi, bot: Bot, reader: Person) -> None:
    old = api.group("群", [reader], basic=True)
    new = api.migrate(old, reader)
    refused = await bot("sendMessage", chat_id=old.id, text="x")
    assert refused["parameters"] == {"migrate_to_chat_id": new.id}
    assert refused["error_code"] == 400
    messages = [update["message"] for update in await bot.updates()]
    assert (messages[0]["migrate_to_chat_id"], messages[1]["migrate_from_chat_id"]) == (new.id, old.id)
