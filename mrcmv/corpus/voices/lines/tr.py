"""What is said in Turkish."""

TEXT = """
[open]
evet, yine buradayız
tekrar hoş geldiniz, devam ediyoruz
bakalım burada ne var
yeni harita, yeni şans
kapı açık, içeri girelim
tamam, başlayalım
[quiet]
burada kimse yok galiba
şu köşenin arkasına bakalım
sanırım bu taraftan
bir yerde bir düğme olmalı
burası çok sessiz
orası daha karanlık
bu odaya daha girmedik
[idle]
bu sabahki kahve berbattı
dışarıda yağmur yağıyor, tam oyun havası
kardeşim burayı hiç geçemedi
bir gün bu klavyeyi temizlemem lazım
bundan sonra bir çay yaparım
[busy]
devam, devam
orada daha çok var
sola, sonra yine sağa
doldur ve devam et
sakın durma
her yerden geliyorlar
[spotted]
orada {what} var
bak, {what}
dikkat, {what}
orada bir şey kıpırdıyor
işte oradalar
misafirimiz var
[fight]
başlıyor
ateş
o zaman dövüşelim
al bakalım
ortalık karışacak
[kill]
vurdum
bir tane eksildi
bu artık kalkamaz
bir tane daha
sıradaki
gitti
[hurt]
ah
bu acıttı
vuruldum
bu nereden geldi
arkadan vurma
[low]
canım çok azaldı
hemen ilk yardım çantası lazım
bir darbe daha ve ölürüm
durum kötü
buradan çıkmam lazım
[find]
oh, {what}
{what}, işime yarar
burada {what} var
bunu alıyorum
bu sonra lazım olur
[win]
galiba hepsi bu kadardı
oda bizim
bitti, hâlâ ayaktayım
tamam, bir nefes alalım
kimse kalmadı
[calls]
hey | oh | vay | evet | hadi | ha | hayır hayır | aman | abi | eyvah | ne
[asides]
şey | yani | hım | peki | bakalım | işte | bence | açıkçası | neyse | tamam
[shouts]
hadi hadi | evet evet | inanılmaz | ne atıştı | daha hızlı | bu delilik | bir daha | bugün olmaz
[tails]
ama acelemiz yok | göreceğiz | her zamanki gibi | bence öyle | önemli değil | yavaş yavaş
aşağı yukarı | benim için uygun
[foe]
bir zombi | bir nişancı | bir asker | biri
[beast]
bir canavar | bir iblis | büyük bir şey
[health]
bir ilk yardım çantası | biraz can
[armour]
bir zırh | bir yelek
[ammo]
biraz mermi | bir kutu fişek
[weapon]
bir tüfek | yeni bir silah
[item]
işe yarar bir şey | küçük bir şey
"""
